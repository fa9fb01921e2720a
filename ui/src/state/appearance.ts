/** Light, dark, or as the system says. */
import { ref, watchEffect } from "vue";

export type Appearance = "system" | "light" | "dark";
const remembered = localStorage.getItem("fidem.appearance");
export const appearance = ref<Appearance>(remembered === "light" || remembered === "dark" ? remembered : "system");

const systemDark = window.matchMedia("(prefers-color-scheme: dark)");
const dark = ref(systemDark.matches);
systemDark.addEventListener("change", (event) => (dark.value = event.matches));

watchEffect(() => {
  const isDark = appearance.value === "dark" || (appearance.value === "system" && dark.value);
  document.documentElement.classList.toggle("dark", isDark);
  localStorage.setItem("fidem.appearance", appearance.value);
});
