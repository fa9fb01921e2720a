/** Bytes that look like evidence, made on the spot. */
import { textPdf } from "./paper";

/** Two values of the right length that follow from the text; no claim to be the real algorithms. */
export function digests(text: string): { sha256: string; sm3: string } {
  return { sha256: spread(text, 0x9e3779b9), sm3: spread(text, 0x85ebca6b) };
}

function spread(text: string, seed: number): string {
  let state = seed;
  for (const character of text) state = Math.imul(state ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  let hex = "";
  while (hex.length < 64) {
    state = (state + 0x6d2b79f5) >>> 0;
    let word = Math.imul(state ^ (state >>> 15), state | 1);
    word ^= word + Math.imul(word ^ (word >>> 7), word | 61);
    hex += ((word ^ (word >>> 14)) >>> 0).toString(16).padStart(8, "0");
  }
  return hex;
}

export async function sampleBytes(mediaType: string, name: string): Promise<Uint8Array<ArrayBuffer>> {
  if (mediaType === "image/png" || mediaType === "image/jpeg") return picture(mediaType, name);
  if (mediaType === "application/pdf") return textPdf([["付款凭证", "", "付款人：宋屿", "收款人：云上好物旗舰店", "金额：人民币 1,280.00 元", "交易时间：2026-11-03 21:14:09", "交易单号：2026110322001412345678"]]);
  if (mediaType.startsWith("audio/")) return tone();
  if (mediaType.startsWith("video/")) return film();
  return new TextEncoder().encode(chat(name));
}

function chat(name: string): string {
  const lines = ["[2026-11-02 20:31:07] 宋屿：请问这款茶具是正品吗？", "[2026-11-02 20:31:44] 云上好物客服：亲，百分百正品，假一赔十。", "[2026-11-02 20:32:10] 宋屿：能开发票吗", "[2026-11-02 20:32:58] 云上好物客服：可以的，收货后联系我们即可。", "[2026-11-06 09:12:20] 宋屿：收到的东西底部没有款识，请解释。", "[2026-11-06 11:40:03] 云上好物客服：批次不同，不影响使用。"];
  return `${name}\n导出时间 2026-11-08 10:02:11\n\n${lines.join("\n")}\n\n<script>alert("不会执行")</script>\n`;
}

async function picture(type: string, name: string): Promise<Uint8Array<ArrayBuffer>> {
  const canvas = new OffscreenCanvas(900, 1240);
  const pen = canvas.getContext("2d") as OffscreenCanvasRenderingContext2D;
  pen.fillStyle = "#f4f4f2";
  pen.fillRect(0, 0, 900, 1240);
  pen.fillStyle = "#2b2b2b";
  pen.fillRect(0, 0, 900, 64);
  pen.fillStyle = "#fff";
  pen.font = "24px sans-serif";
  pen.fillText("https://shop.example/item/88213", 32, 41);
  pen.fillStyle = "#fff";
  pen.fillRect(40, 110, 400, 400);
  pen.fillStyle = "#cfc8bb";
  pen.beginPath();
  pen.ellipse(240, 340, 130, 90, 0, 0, 7);
  pen.fill();
  pen.fillStyle = "#1b1b19";
  pen.font = "600 32px serif";
  pen.fillText("青瓷茶具 六件套", 480, 160);
  pen.font = "26px sans-serif";
  pen.fillText("¥ 1,280.00", 480, 215);
  pen.font = "20px sans-serif";
  pen.fillStyle = "#555";
  pen.fillText("云上好物旗舰店    月销 2,300+", 480, 262);
  pen.fillText(name, 480, 300);
  for (let line = 0; line < 18; line += 1) {
    pen.fillStyle = line % 6 === 0 ? "#b9b5ab" : "#dcd9d2";
    pen.fillRect(40, 560 + line * 34, 500 + ((line * 137) % 320), 14);
  }
  const blob = await canvas.convertToBlob({ type });
  return new Uint8Array(await blob.arrayBuffer());
}

/** Two seconds of a tone, 16 bit, 8 kHz. */
function tone(): Uint8Array<ArrayBuffer> {
  const rate = 8000;
  const samples = rate * 2;
  const view = new DataView(new ArrayBuffer(44 + samples * 2));
  const write = (at: number, text: string) => [...text].forEach((letter, index) => view.setUint8(at + index, letter.charCodeAt(0)));
  write(0, "RIFF");
  view.setUint32(4, 36 + samples * 2, true);
  write(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, rate, true);
  view.setUint32(28, rate * 2, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  write(36, "data");
  view.setUint32(40, samples * 2, true);
  for (let at = 0; at < samples; at += 1) view.setInt16(44 + at * 2, Math.sin((at / rate) * 440 * 2 * Math.PI) * 9000, true);
  return new Uint8Array(view.buffer);
}

/** A second of a moving line, recorded by the browser itself. */
async function film(): Promise<Uint8Array<ArrayBuffer>> {
  const canvas = document.createElement("canvas");
  canvas.width = 640;
  canvas.height = 360;
  const pen = canvas.getContext("2d") as CanvasRenderingContext2D;
  const recorder = new MediaRecorder(canvas.captureStream(25), { mimeType: "video/webm" });
  const pieces: Blob[] = [];
  recorder.ondataavailable = (event) => pieces.push(event.data);
  const ended = new Promise((resolve) => (recorder.onstop = resolve));
  recorder.start();
  for (let frame = 0; frame < 25; frame += 1) {
    pen.fillStyle = "#20242c";
    pen.fillRect(0, 0, 640, 360);
    pen.fillStyle = "#e8e6e1";
    pen.font = "28px sans-serif";
    pen.fillText(`录屏 00:00:${String(frame).padStart(2, "0")}`, 40, 60);
    pen.fillRect(40, 120, 20 * frame, 8);
    await new Promise((resolve) => setTimeout(resolve, 40));
  }
  recorder.stop();
  await ended;
  return new Uint8Array(await new Blob(pieces).arrayBuffer());
}
