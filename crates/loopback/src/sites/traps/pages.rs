//! Traps in what a page does once it is there.

use super::super::{JSON, PNG, STYLE, page};
use super::network::ordinary;
use crate::{Answer, Body, Head, Request, media};

pub(super) fn answer(request: &Request, other: &str) -> Option<Answer> {
    Some(match request.path() {
        "/ordinary" => ordinary(),
        "/infinite-scroll" => page("infinite-scroll done", SCROLL),
        "/never-loads" => page(
            "never-loads",
            "<p>文字已到</p><img src=\"/never\" alt=\"\">",
        ),
        "/dialogs" => page("dialogs", DIALOGS),
        "/print" => page(
            "print",
            "<script>print(); document.title = 'print done';</script>",
        ),
        "/before-unload" => page("before-unload done", UNLOAD),
        "/popups" => page("popups done", POPUPS),
        "/meta-refresh" => page(
            "meta-refresh",
            "<meta http-equiv=\"refresh\" content=\"1; url=/ordinary\"><p>1 s</p>",
        ),
        "/push-state" => page("push-state", PUSH),
        "/canvas" => page("canvas", CANVAS),
        "/shadow-dom" => page("shadow-dom", SHADOW),
        "/responsive-images" => page("responsive-images done", RESPONSIVE),
        "/nested-imports" => page(
            "nested-imports done",
            "<link rel=\"stylesheet\" href=\"/css/a.css\"><b class=\"a\"></b><b class=\"c\"></b>",
        ),
        "/css/a.css" => style("@import url(deep/b.css);.a{background:url('one.png')}"),
        "/css/deep/b.css" => style("@import 'deeper/c.css' screen;"),
        "/css/deep/deeper/c.css" => {
            style(".c{background:url(two.png)}.c::after{content:url( \"../three.png\" )}")
        }
        "/inline-urls" => page("inline-urls", INLINE),
        "/codings" => page("codings", CODINGS),
        "/preflight" => page("preflight", &PREFLIGHT.replace("{other}", other)),
        "/asked-first" => asked_first(request),
        path if path.ends_with(".png") => Answer::ok(PNG, media::png(40, 40, seed(path))),
        _ => return None,
    })
}

/// Imports must come first.
fn style(rules: &str) -> Answer {
    Answer::ok(STYLE, format!("{rules}\nb{{display:block;height:40px}}\n"))
}

/// A colour of its own for each address.
fn seed(path: &str) -> u32 {
    path.bytes().fold(1, |seed: u32, octet| {
        seed.wrapping_mul(31).wrapping_add(octet.into())
    })
}

/// The CORS protocol (WHATWG Fetch §3.2): asked by `OPTIONS`, then by `PUT`.
fn asked_first(request: &Request) -> Answer {
    let origin = request.field("Origin").unwrap_or("*").to_owned();
    let head = match request.method.as_str() {
        "OPTIONS" => Head::new(204, "No Content")
            .field("Access-Control-Allow-Methods", "PUT")
            .field("Access-Control-Allow-Headers", "x-evidence"),
        _ => Head::new(200, "OK").field("Content-Type", JSON).length(2),
    };
    let head = head.field("Access-Control-Allow-Origin", origin);
    let body = if request.method == "OPTIONS" {
        Body::empty()
    } else {
        Body::whole("{}")
    };
    Answer::new(head.finish(), body)
}

const SCROLL: &str = "<main></main><script>
let count = 0;
function more() {
  for (let n = 0; n < 20; n += 1, count += 1) {
    const row = document.createElement('p');
    row.innerHTML = `第 ${count} 条 <img src=\"/row-${count}.png\" alt=\"\">`;
    row.style.height = '60px';
    document.querySelector('main').append(row);
  }
}
more();
addEventListener('scroll', () => {
  if (scrollY + innerHeight > document.documentElement.scrollHeight - 400) more();
});
</script>";
const DIALOGS: &str = "<p id=\"answers\"></p><script>
alert('请注意');
const sure = confirm('确定吗？');
const name = prompt('姓名？', '张三');
answers.textContent = `${sure} ${name}`;
document.title = 'dialogs done';
</script>";
const UNLOAD: &str = "<button>改动</button><script>
addEventListener('beforeunload', (event) => { event.preventDefault(); event.returnValue = 'x'; });
</script>";
const POPUPS: &str = "<button onclick=\"open('/ordinary?click')\">打开</button>\
    <script>open('/ordinary?load');</script>";
const PUSH: &str =
    "<p id=\"view\">第一页</p><a id=\"next\" href=\"/push-state/2\">下一页</a><script>
function show() {
  history.pushState({}, '', '/push-state/2');
  view.textContent = '第二页';
  document.title = 'push-state done';
}
next.onclick = (event) => { event.preventDefault(); show(); };
setTimeout(show, 300);
</script>";
const CANVAS: &str = "<canvas id=\"flat\" width=\"100\" height=\"100\"></canvas>\
    <canvas id=\"deep\" width=\"100\" height=\"100\"></canvas><script>
const pen = flat.getContext('2d');
pen.fillStyle = 'rgb(200, 30, 30)';
pen.fillRect(0, 0, 100, 100);
const gl = deep.getContext('webgl', { preserveDrawingBuffer: true });
if (gl) { gl.clearColor(0, 0.5, 1, 1); gl.clear(gl.COLOR_BUFFER_BIT); }
document.title = gl ? 'canvas done' : 'canvas without WebGL done';
</script>";
const SHADOW: &str = "<div id=\"open\"></div><div id=\"closed\"></div><script>
for (const mode of ['open', 'closed']) {
  const root = document.getElementById(mode).attachShadow({ mode });
  root.innerHTML = `<style>p{color:red}</style><p>影子 ${mode}</p><img src=\"/shadow-${mode}.png\">`;
}
document.title = 'shadow-dom done';
</script>";
const RESPONSIVE: &str = "<img srcset=\"/small.png 300w, /large.png 2000w\" sizes=\"100vw\" \
    src=\"/fallback.png\" alt=\"\"><picture><source media=\"(max-width: 10px)\" srcset=\"/narrow.png\">\
    <source type=\"image/none\" srcset=\"/unknown.png\"><img src=\"/chosen.png\" alt=\"\"></picture>\
    <img srcset=\"/once.png 1x, /twice.png 2x\" alt=\"\">";
const INLINE: &str = "<img id=\"blob\" alt=\"\">\
    <img src=\"data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7\" alt=\"\">\
    <iframe src=\"data:text/html;charset=utf-8,%3Cp%3E数据%3C/p%3E\"></iframe><script>
fetch('/inline.png').then((answer) => answer.blob()).then((data) => {
  blob.onload = () => { document.title = 'inline-urls done'; };
  blob.src = URL.createObjectURL(data);
});
</script>";
const CODINGS: &str = "<script src=\"/coded/gzip\"></script><script src=\"/coded/br\"></script>\
    <script src=\"/coded/zstd\"></script><script>
const read = [window.gzip, window.br, window.zstd].every((text) => text === '压缩');
document.title = read ? 'codings done' : 'codings failed';
</script>";
const PREFLIGHT: &str = "<script>
fetch('{other}/asked-first', { method: 'PUT', headers: { 'X-Evidence': '1' }, body: '跨域' })
  .then((answer) => { document.title = answer.ok ? 'preflight done' : 'preflight failed'; })
  .catch((error) => { document.title = `preflight failed ${error}`; });
</script>";
