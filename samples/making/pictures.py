"""What ffmpeg makes: the label, the photograph's JPEG, the screenshot and the video."""

import os
import pathlib
import subprocess
import tempfile

from . import exif, scene, story

# By name: the font files hold Chinese, Japanese and Korean shapes, of which only a name chooses one.
SANS = "Noto Sans CJK SC"
BOLD = "Noto Serif CJK SC"
TEXTS = tempfile.TemporaryDirectory()
EXACT = ["-threads", "1", "-map_metadata", "-1", "-fflags", "+bitexact", "-flags:v", "+bitexact", "-flags:a", "+bitexact"]


def fonts_are_there():
    """A missing font would be replaced without a word, by one that shows boxes in place of characters."""
    for family in ("Noto Sans CJK SC", "Noto Serif CJK SC"):
        if not subprocess.run(["fc-list", family], stdout=subprocess.PIPE, check=True).stdout:
            raise SystemExit(f"{family} is missing: install fonts-noto-cjk")


def ffmpeg(*arguments, given=None):
    command = ["ffmpeg", "-hide_banner", "-loglevel", "error", "-nostdin", *arguments]
    return subprocess.run(command, input=given, stdout=subprocess.PIPE, check=True).stdout


def words(text, x, y, size, colour="black", font=SANS):
    """The text goes by way of a file, where no character of it has a second meaning."""
    file = pathlib.Path(TEXTS.name) / f"{len(os.listdir(TEXTS.name))}.txt"
    file.write_text(text, encoding="utf-8")
    # The filter chooses fonts by family alone; a rim of the same colour makes them bold.
    rim = f":borderw={size / 45:.1f}:bordercolor={colour}" if font == BOLD else ""
    return f"drawtext=font='{font}':textfile={file}:expansion=none:x={x}:y={y}:fontsize={size}:fontcolor={colour}{rim}"


def box(x, y, width, height, colour):
    return f"drawbox=x={x}:y={y}:w={width}:h={height}:color={colour}:t=fill"


def canvas(width, height, colour, steps):
    return ["-f", "lavfi", "-i", f"color=c={colour}:s={width}x{height}:d=1:r=1,format=rgb24," + ",".join(steps), "-frames:v", "1"]


def label():
    width, height = scene.LABEL
    steps = [
        "drawbox=x=8:y=8:w=464:h=264:color=white:t=5",
        words("青禾里", "(w-tw)/2", 28, 92, "white", BOLD),
        words("明前绿茶　QH-101　24盒", "(w-tw)/2", 148, 34, "white"),
        words("易碎防潮　向上", "(w-tw)/2", 200, 40, "white", BOLD),
    ]
    return ffmpeg(*canvas(width, height, "black", steps), "-f", "rawvideo", "-pix_fmt", "gray", "-")


def photograph():
    """The JPEG with its particulars, and the raw picture for the video."""
    raw = scene.photograph(label())
    size = f"{scene.WIDTH}x{scene.HEIGHT}"
    jpeg = ffmpeg("-f", "rawvideo", "-pix_fmt", "rgb24", "-s", size, "-i", "-", *EXACT, "-pix_fmt", "yuvj420p", "-q:v", "4", "-f", "mjpeg", "-", given=raw)
    return exif.put_into(jpeg, scene.WIDTH, scene.HEIGHT), raw


def screenshot():
    steps = [
        box(0, 0, 1100, 40, "0xdfe3e8"),
        box(90, 8, 820, 24, "white"),
        box(14, 14, 12, 12, "0xff5f57"),
        box(34, 14, 12, 12, "0xfebc2e"),
        box(54, 14, 12, 12, "0x28c840"),
        words("https://shop.qingheli.example/item/QH-101", 102, 12, 15, "0x333333"),
        box(0, 40, 1100, 60, "0x2f6b45"),
        words("青禾里旗舰店", 40, 53, 30, "white", BOLD),
        words("首页　春茶上新　礼盒定制　联系客服", 620, 60, 19, "white"),
        box(40, 130, 400, 400, "0xe9efe6"),
        box(150, 210, 180, 250, "0x3f7d55"),
        box(165, 250, 150, 120, "0xf6f3e4"),
        words("青禾里", 190, 270, 34, "0x2f6b45", BOLD),
        words("明前绿茶", 200, 320, 20, "0x2f6b45"),
        words("青禾明前绿茶 特级 250克 礼盒装", 480, 136, 29, "0x1a1a1a", BOLD),
        words("现货 24小时内发货　江浙沪包邮", 480, 186, 18, "0x777777"),
        box(480, 224, 560, 84, "0xfff3ee"),
        words("￥268.00", 500, 240, 44, "0xd23f1e", BOLD),
        words("月销 1,206　累计评价 3,487", 770, 256, 18, "0x777777"),
        words("承诺：含水率不高于7.0%，受潮霉变包退包换", 480, 336, 20, "0x1a1a1a"),
        words("产地：浙江杭州　采摘：2026年3月　保质期：18个月", 480, 374, 18, "0x555555"),
        words("经营者：" + story.SELLER, 480, 408, 18, "0x555555"),
        box(480, 460, 170, 54, "0xd23f1e"),
        words("立即购买", 518, 472, 24, "white"),
        box(670, 460, 170, 54, "0xf29b38"),
        words("加入购物车", 694, 472, 24, "white"),
        box(0, 570, 1100, 30, "0xf2f2f2"),
        words("演示样例，内容纯属虚构 SAMPLE, ALL CONTENT INVENTED", 40, 575, 15, "0x888888"),
        words("2026-04-02 20:41", 960, 575, 15, "0x888888"),
    ]
    return ffmpeg(*canvas(1100, 600, "white", steps), *EXACT, "-f", "image2", "-c:v", "png", "-compression_level", "9", "-pred", "mixed", "-")


def video(raw, target):
    """Four seconds: a hand-held look at the box, a running clock, and a sound of the warehouse's fan."""
    size = f"{scene.WIDTH}x{scene.HEIGHT}"
    look = "zoompan=z='1.12+0.10*sin(on/40)':x='iw/2-iw/zoom/2+26*sin(on/11)+5*sin(on/3)':y='ih/2-ih/zoom/2+16*cos(on/14)+4*cos(on/2.3)':d=100:s=640x480:fps=25"
    seconds = r"%{eif\:46+floor(n/25)\:d\:2}"
    clock = f"drawtext=font='{SANS}':text='2026-04-02 10\\:21\\:{seconds}':x=18:y=440:fontsize=22:fontcolor=white:box=1:boxcolor=black@0.4:boxborderw=5"
    mark = words("演示样例 SAMPLE", 470, 446, 16, "white@0.85")
    sound = "sine=f=98:r=44100:d=4,volume=0.25[a];anoisesrc=r=44100:d=4:c=brown:seed=7:a=0.25[b];sine=f=880:r=44100:d=0.25,adelay=2000,volume=0.6,apad=whole_dur=4[c];[a][b][c]amix=inputs=3:duration=first,volume=10dB,atrim=0:4"
    ffmpeg(
        "-y", "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", size, "-i", "-",
        "-f", "lavfi", "-i", sound,
        "-vf", f"{look},{clock},{mark},format=yuv420p", "-t", "4", *EXACT,
        "-c:v", "libx264", "-preset", "slow", "-crf", "30", "-g", "50", "-x264-params", "threads=1",
        "-c:a", "aac", "-b:a", "64k", "-ac", "1", "-metadata", "creation_time=2026-04-02T02:21:46Z",
        "-movflags", "+faststart", "-f", "mp4", str(target),
        given=raw,
    )
