def archive_chain(subject):
    return set()
def judge(subject, chain):
    return []
def members(files):
    return set()
