import { language, t } from "./index";

const parts = new Intl.DateTimeFormat("en-GB", {
  timeZone: "Asia/Shanghai",
  year: "numeric",
  month: "2-digit",
  day: "2-digit",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hourCycle: "h23",
});

function fields(instant: string): Record<string, string> {
  return Object.fromEntries(parts.formatToParts(new Date(instant)).map((part) => [part.type, part.value]));
}

/** Beijing date of an RFC 3339 instant. */
export function day(instant: string): string {
  const at = fields(instant);
  return `${at.year}-${at.month}-${at.day}`;
}

/** Beijing date and time to the minute. */
export function minute(instant: string): string {
  const at = fields(instant);
  return `${day(instant)} ${at.hour}:${at.minute}`;
}

/** Beijing date and time to the second, with its zone said. */
export function second(instant: string): string {
  const at = fields(instant);
  return t("format.zoned", { time: `${minute(instant)}:${at.second}` });
}

const units = ["B", "KB", "MB", "GB", "TB"];

/** A size as a person says it, in steps of 1024. */
export function size(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  const digits = unit === 0 || value >= 100 ? 0 : 1;
  return `${value.toLocaleString(language(), { maximumFractionDigits: digits })} ${units[unit]}`;
}

export function count(value: number): string {
  return value.toLocaleString(language());
}

/** Hexadecimal digits in groups of four. */
export function groups(hex: string): string[] {
  return hex.match(/.{1,4}/g) ?? [];
}

/** First eight and last eight digits, grouped. */
export function short(hex: string): string {
  return `${groups(hex.slice(0, 8)).join(" ")} … ${groups(hex.slice(-8)).join(" ")}`;
}
