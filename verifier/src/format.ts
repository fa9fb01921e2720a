/** Numbers, times and digests as people read them. */
import type { Language } from "./words";

/** A digest in groups of eight. */
export function grouped(hex: string): string {
  return hex.replace(/(.{8})(?=.)/g, "$1 ");
}

export function size(octets: number): string {
  const units = ["B", "KB", "MB", "GB", "TB"];
  let unit = 0;
  let value = octets;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 ? value : value.toFixed(value < 10 ? 1 : 0)} ${units[unit]}`;
}

export function count(number: number): string {
  return String(number).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** RFC 3339 in whole seconds, UTC. */
export function instant(time: Date): string {
  return time.toISOString().replace(/\.\d+/, "");
}

/** A duration, roughly. */
export function roughly(seconds: number, language: Language): string {
  const whole = Math.max(1, Math.round(seconds));
  const [minutes, rest] = [Math.floor(whole / 60), whole % 60];
  if (language === "zh") return minutes > 0 ? `${minutes} 分 ${rest} 秒` : `${rest} 秒`;
  return minutes > 0 ? `${minutes} min ${rest} s` : `${rest} s`;
}
