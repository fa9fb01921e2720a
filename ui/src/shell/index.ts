import type { Shell } from "./types";

export * from "./types";

/** The machine under the screens; set once, before the first screen is drawn. */
export let shell: Shell;

/** Chooses the implementation at build time, so that neither carries the other. */
export async function openShell(): Promise<void> {
  if (import.meta.env.MODE === "mock") {
    shell = (await import("./mock")).mockShell();
  } else {
    shell = (await import("./tauri")).tauriShell();
  }
}
