/** The last name of a path, of either kind of separator. */
export function lastName(path: string): string {
  return path.split(/[\\/]/).filter(Boolean).at(-1) ?? path;
}

/** A name that every system takes for a file. */
export function fileName(name: string): string {
  return name.replace(/[\\/:*?"<>|]+/g, "-");
}
