def is_archive(octets):
    return False
