def judge(subject):
    pass
