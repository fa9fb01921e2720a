// A server of others that speaks HTTP/2 and, where a client wants that, HTTP/1.1: Node's own. Arguments: key, certificate.
// First line of its output: the port, and the status of a request of its own over HTTP/2. When its input ends: one line for
// each connection with what passed after TLS was taken off, in base64.
import { createSecureServer, connect } from "node:http2";
import { readFileSync } from "node:fs";
import { gzipSync, brotliCompressSync } from "node:zlib";

const [key, cert] = process.argv.slice(2).map((path) => readFileSync(path));
const connections = [];
const page = `<!doctype html><html lang="zh"><meta charset="utf-8"><title>h2 running</title>
<link rel="stylesheet" href="/style.css"><h1>可用 HTTP/2 的服务器</h1>
${Array.from({ length: 24 }, (_, n) => `<img src="/image/${n}.svg" alt="" width="20" height="20">`).join("")}
<script type="module">
const ask = async (name, options) => (await fetch(name, options)).text();
await Promise.all([ask("/gzip"), ask("/brotli"), ask("/chunks"), ask("/hop"), ask("/missing")]);
await ask("/post", { method: "POST", body: "正文".repeat(30000) });
document.title = "h2 done";
</script></html>`;
const long = "公证".repeat(4000);

function answer(request, response) {
  const send = (status, type, body, fields = {}) => {
    response.writeHead(status, { "content-type": type, ...fields });
    response.end(body);
  };
  const text = "text/plain; charset=utf-8";
  const { url } = request;
  if (url === "/") return send(200, "text/html; charset=utf-8", page);
  if (url === "/style.css") return send(200, "text/css", "h1 { color: #234; background: url(/image/99.svg); }");
  if (url.startsWith("/image/")) {
    return send(200, "image/svg+xml", `<svg xmlns="http://www.w3.org/2000/svg"><circle r="${url.length}"/></svg>`);
  }
  if (url === "/gzip") return send(200, text, gzipSync(long), { "content-encoding": "gzip" });
  if (url === "/brotli") return send(200, text, brotliCompressSync(long), { "content-encoding": "br" });
  if (url === "/hop") return send(302, text, "", { location: "/gzip?again" });
  if (url === "/gzip?again") return send(200, text, "arrived");
  if (url === "/chunks") {
    response.writeHead(200, { "content-type": text });
    for (let n = 0; n < 50; n++) response.write(`${n} `.repeat(n + 1));
    return response.end();
  }
  if (url === "/post") {
    let length = 0;
    request.on("data", (piece) => { length += piece.length; });
    return request.on("end", () => send(200, text, String(length)));
  }
  return send(404, text, "not found");
}

const server = createSecureServer({ key, cert, allowHTTP1: true }, answer);
// Before the server's own listener, so that nothing passes unseen.
server.prependListener("secureConnection", (socket) => {
  const kept = { alpn: socket.alpnProtocol, sent: [], received: [] };
  connections.push(kept);
  const write = socket.write.bind(socket);
  socket.write = (piece, encoding, done) => {
    kept.sent.push(Buffer.from(piece, typeof encoding === "string" ? encoding : undefined));
    return write(piece, encoding, done);
  };
  if (kept.alpn === "h2") return;
  // After the server's own listener: that one would else read past all others.
  process.nextTick(() => socket.on("data", (piece) => kept.received.push(Buffer.from(piece))));
});
server.listen(0, "127.0.0.1", () => {
  const { port } = server.address();
  const client = connect(`https://127.0.0.1:${port}`, { rejectUnauthorized: false });
  const asked = client.request({ ":path": "/style.css" });
  asked.on("response", (head) => {
    console.log(JSON.stringify({ port, h2: head[":status"] }));
    client.close();
  });
  asked.resume();
});
process.stdin.resume();
process.stdin.on("end", () => {
  for (const { alpn, sent, received } of connections) {
    const octets = (pieces) => Buffer.concat(pieces).toString("base64");
    console.log(JSON.stringify({ alpn, sent: octets(sent), received: octets(received) }));
  }
  process.stdout.write("", () => process.exit(0));
});
