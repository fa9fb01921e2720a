/** Files dropped on the window go to whichever screen asked last; a screen that leaves stops asking. */
import { onScopeDispose, ref } from "vue";
import { shell } from "../shell";

type Receiver = (paths: string[]) => void;
const receivers: Receiver[] = [];
/** True while something is being held over the window. */
export const dragging = ref(false);

export async function listenForDrops(): Promise<void> {
  await shell.onDrop((event) => {
    dragging.value = event.kind === "over";
    if (event.kind === "drop") receivers.at(-1)?.(event.paths);
  });
}

/** Receives drops for as long as the calling component lives. */
export function useDrop(receiver: Receiver): void {
  receivers.push(receiver);
  onScopeDispose(() => {
    const at = receivers.indexOf(receiver);
    if (at >= 0) receivers.splice(at, 1);
  });
}
