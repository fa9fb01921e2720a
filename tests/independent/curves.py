"""Elliptic curves for what `cryptography` lacks: SM2 (GB/T 32918) and the recovery of secp256k1 keys (SEC 1 §4.1.6)."""

from digests import sm3

INFINITY = None


class Curve:
    """y² = x³ + ax + b over the integers modulo p, with a base point of prime order n."""

    def __init__(self, p, a, b, n, gx, gy):
        self.p, self.a, self.b, self.n, self.g = p, a, b, n, (gx, gy)

    def holds(self, point):
        x, y = point
        return 0 <= x < self.p and 0 <= y < self.p and (y * y - x * x * x - self.a * x - self.b) % self.p == 0

    def add(self, one, other):
        if one is INFINITY or other is INFINITY:
            return other if one is INFINITY else one
        (x1, y1), (x2, y2), p = one, other, self.p
        if x1 == x2 and (y1 + y2) % p == 0:
            return INFINITY
        slope = (3 * x1 * x1 + self.a) * pow(2 * y1, -1, p) if one == other else (y2 - y1) * pow(x2 - x1, -1, p)
        x3 = (slope * slope - x1 - x2) % p
        return x3, (slope * (x1 - x3) - y1) % p

    def times(self, scalar, point):
        found = INFINITY
        while scalar:
            if scalar & 1:
                found = self.add(found, point)
            point, scalar = self.add(point, point), scalar >> 1
        return found

    def at(self, x, odd):
        """The point with this x and parity of y; p is 3 modulo 4 for both curves."""
        square = (x * x * x + self.a * x + self.b) % self.p
        y = pow(square, (self.p + 1) // 4, self.p)
        if y * y % self.p != square or x >= self.p:
            return None
        return x, y if y & 1 == odd else self.p - y


SM2 = Curve(
    0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF,
    0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFC,
    0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93,
    0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123,
    0x32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7,
    0xBC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0,
)
K1 = Curve(
    0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEFFFFFC2F,
    0,
    7,
    0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141,
    0x79BE667EF9DCBBAC55A06295CE870B07029BFCDB2DCE28D959F2815B16F81798,
    0x483ADA7726A3C4655DA4FBFC0E1108A8FD17B448A68554199C47D08FFB10D4B8,
)


def point(octets):
    """x ‖ y, 64 octets, as a pair."""
    return int.from_bytes(octets[:32]), int.from_bytes(octets[32:])


def flat(pair):
    return pair[0].to_bytes(32) + pair[1].to_bytes(32)


def sm2_identity(key, identity=b"1234567812345678"):
    """ZA (GB/T 32918.2 §5.5)."""
    fields = (SM2.a, SM2.b, *SM2.g, *key)
    return sm3((8 * len(identity)).to_bytes(2) + identity + b"".join(f.to_bytes(32) for f in fields))


def sm2_holds(key, message, r, s, identity=b"1234567812345678"):
    """GB/T 32918.2 §7.1 over the message."""
    if not SM2.holds(key) or not (0 < r < SM2.n and 0 < s < SM2.n) or (t := (r + s) % SM2.n) == 0:
        return False
    e = int.from_bytes(sm3(sm2_identity(key, identity) + message))
    found = SM2.add(SM2.times(s, SM2.g), SM2.times(t, key))
    return found is not INFINITY and (e + found[0]) % SM2.n == r


def recover(hashed, r, s, parity):
    """The public key whose signature this is, as a point, or `None`."""
    if not (0 < r < K1.n and 0 < s < K1.n):
        return None
    start = K1.at(r, parity)
    if start is None:
        return None
    e, inverse = int.from_bytes(hashed), pow(r, -1, K1.n)
    return K1.add(K1.times(s * inverse % K1.n, start), K1.times(-e * inverse % K1.n, K1.g))
