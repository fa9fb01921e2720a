import { createReadStream, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import vue from "@vitejs/plugin-vue";
import { defineConfig, type Plugin } from "vite";

const here = dirname(fileURLToPath(import.meta.url));
const pdfjs = join(here, "node_modules/pdfjs-dist");
/** Folders of pdf.js that it reads by name at run time: CJK maps, the 14 standard fonts, image decoders. */
const pdfFolders = ["cmaps", "standard_fonts", "wasm"];

/** Puts the folders beside the page, so that nothing of a preview is ever fetched from elsewhere. */
function pdfAssets(): Plugin {
  return {
    name: "pdf-assets",
    configureServer(server) {
      server.middlewares.use("/pdf", (request, response, next) => {
        const file = join(pdfjs, decodeURIComponent((request.url ?? "").split("?")[0] ?? ""));
        if (!file.startsWith(pdfjs) || !statSync(file, { throwIfNoEntry: false })?.isFile()) return next();
        createReadStream(file).pipe(response);
      });
    },
    generateBundle() {
      for (const folder of pdfFolders) {
        for (const name of readdirSync(join(pdfjs, folder))) {
          if (/fallback|eval/.test(name)) continue;
          const source = readFileSync(join(pdfjs, folder, name));
          this.emitFile({ type: "asset", fileName: `pdf/${folder}/${name}`, source });
        }
      }
    },
  };
}

export default defineConfig(({ mode }) => ({
  plugins: [vue(), pdfAssets()],
  clearScreen: false,
  server: { port: 1420, strictPort: true },
  define: { __VUE_OPTIONS_API__: "true", __VUE_PROD_DEVTOOLS__: "false" },
  build: {
    target: ["es2022", "safari16"],
    outDir: mode === "mock" ? "dist-mock" : "dist",
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1200,
  },
}));
