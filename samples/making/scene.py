"""The "photograph": a damp tea box on a wooden table, traced ray by ray."""

import math
import random

WIDTH, HEIGHT = 960, 720
LABEL = (480, 280)
LOW, HIGH = (-0.62, -0.42, 0.0), (0.62, 0.42, 0.72)
EYE, AIM = (1.25, -2.55, 1.55), (0.02, 0.0, 0.33)
LIGHT = (-2.2, -1.6, 3.0)
FOCUS = 1.75


def sub(a, b):
    return (a[0] - b[0], a[1] - b[1], a[2] - b[2])


def dot(a, b):
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]


def unit(a):
    length = math.sqrt(dot(a, a))
    return (a[0] / length, a[1] / length, a[2] / length)


def cross(a, b):
    return (a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0])


class Grain:
    """Smooth noise on a lattice of seeded values."""

    def __init__(self, seed):
        source = random.Random(seed)
        self.values = [source.random() for _ in range(4096)]

    def at(self, x, y):
        left, low = math.floor(x), math.floor(y)
        u, v = x - left, y - low
        u, v = u * u * (3 - 2 * u), v * v * (3 - 2 * v)
        corner = lambda i, j: self.values[((left + i) * 73 + (low + j) * 179) & 4095]
        below = corner(0, 0) + (corner(1, 0) - corner(0, 0)) * u
        above = corner(0, 1) + (corner(1, 1) - corner(0, 1)) * u
        return below + (above - below) * v

    def cloud(self, x, y):
        return (self.at(x, y) + self.at(2 * x, 2 * y) / 2 + self.at(4 * x, 4 * y) / 4) / 1.75


def hit_box(origin, way):
    """Distance to the box and the axis of the face, or nothing."""
    near, far, axis = 0.0, 1e9, -1
    for n in range(3):
        if abs(way[n]) < 1e-12:
            if not LOW[n] <= origin[n] <= HIGH[n]:
                return None
            continue
        a, b = (LOW[n] - origin[n]) / way[n], (HIGH[n] - origin[n]) / way[n]
        if a > b:
            a, b = b, a
        if a > near:
            near, axis = a, n
        far = min(far, b)
    return (near, axis) if near < far and axis >= 0 else None


def box_colour(point, axis, label, grain):
    x, y, z = point
    paper = 0.82 + 0.25 * grain.cloud(9 * x + 3, 9 * z + 5 * y)
    colour = [0.73 * paper, 0.56 * paper, 0.37 * paper]
    if axis == 1:
        u, v = (x + 0.48) / 0.96, (0.62 - z) / 0.50
        if 0 <= u < 1 and 0 <= v < 1:
            ink = label[min(int(v * LABEL[1]), LABEL[1] - 1) * LABEL[0] + min(int(u * LABEL[0]), LABEL[0] - 1)] / 255
            colour = [0.93 - 0.85 * ink, 0.94 - 0.62 * ink, 0.86 - 0.72 * ink]
    if axis == 2 and abs(y) < 0.075:
        colour = [0.80, 0.74, 0.58]
    # Water came from the right, below: a dark tide with a darker edge.
    tide = 0.52 * max(0.0, x + 0.35) + 0.22 * (grain.cloud(3.2 * x + 11, 4 * y + 2 * x) - 0.25)
    wet = (tide - z) / 0.07 if axis != 2 else (x - 0.42 + 0.3 * (grain.cloud(6 * x, 6 * y) - 0.5)) / 0.06
    if wet > 0:
        shade = 0.62 if wet > 1 else 0.50
        colour = [shade * part for part in colour]
        if grain.cloud(30 * x + 7, 30 * z + 30 * y) > 0.66:
            colour = [0.55 * colour[0] + 0.13, 0.55 * colour[1] + 0.15, 0.55 * colour[2] + 0.12]
    return colour


def table_colour(x, y, grain):
    plank = math.floor((y + 10) / 0.55)
    seam = abs((y + 10) / 0.55 - plank - 0.5) > 0.488
    ring = math.sin(38 * (y + 0.12 * grain.cloud(1.4 * x + 7 * plank, 5 * y)) + 3 * grain.at(2 * x, plank))
    tone = (0.50 + 0.05 * ring + 0.10 * grain.cloud(x * 3, y * 22)) * (0.55 if seam else 1)
    return [tone, 0.70 * tone, 0.48 * tone]


def shade(origin, way, label, grain):
    found = hit_box(origin, way)
    if found:
        distance, axis = found
        point = tuple(origin[n] + distance * way[n] for n in range(3))
        normal = [0.0, 0.0, 0.0]
        normal[axis] = -1.0 if way[axis] > 0 else 1.0
        colour = box_colour(point, axis, label, grain)
        light = max(0.0, dot(normal, unit(sub(LIGHT, point))))
        corner = min(1.0, 0.55 + 2.2 * point[2]) if axis != 2 else 1.0
        return [part * (0.34 * corner + 0.80 * light) for part in colour]
    if way[2] < -1e-6 and (distance := -origin[2] / way[2]) * way[1] + origin[1] < 1.9:
        x, y = origin[0] + distance * way[0], origin[1] + distance * way[1]
        near = max(abs(x) - 0.62, abs(y) - 0.42, 0.0)
        ambient = 0.36 * min(1.0, 0.45 + 1.6 * near)
        lit = 0
        for n in range(4):
            lamp = (LIGHT[0] + 0.28 * (n % 2), LIGHT[1] + 0.28 * (n // 2), LIGHT[2])
            lit += hit_box((x, y, 0.001), unit(sub(lamp, (x, y, 0.0)))) is None
        light = 0.78 * unit(sub(LIGHT, (x, y, 0.0)))[2] * lit / 4
        return [part * (ambient + light) for part in table_colour(x, y, grain)]
    depth = max(0.0, 0.42 + 0.5 * way[2] - 0.05 * way[0])
    return [0.80 * depth + 0.10, 0.83 * depth + 0.10, 0.84 * depth + 0.11]


def photograph(label):
    """Raw RGB, `WIDTH` × `HEIGHT`. `label`: the ink on the box, one byte a pixel, of the size `LABEL`."""
    grain, noise = Grain(20260402), random.Random(101533)
    ahead = unit(sub(AIM, EYE))
    right = unit(cross(ahead, (0.03, 0.0, 1.0)))
    up = cross(right, ahead)
    out = bytearray()
    for row in range(HEIGHT):
        for column in range(WIDTH):
            u, v = (column - WIDTH / 2) / HEIGHT, (HEIGHT / 2 - row) / HEIGHT
            way = unit(tuple(FOCUS * ahead[n] + u * right[n] + v * up[n] for n in range(3)))
            fall = 1 - 0.38 * (u * u + v * v)
            grainy = noise.gauss(0, 0.012)
            for part in shade(EYE, way, label, grain):
                bright = max(0.0, part * fall * 1.12) ** (1 / 2.2) + grainy
                out.append(max(0, min(255, round(255 * bright))))
    return bytes(out)
