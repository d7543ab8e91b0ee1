import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';
import react from '@vitejs/plugin-react';
import { build, type Plugin } from 'vite';
import { DIST, PAGE_DIRECTORY } from './programs.ts';

/**
 * Builds the console's page into static files: `index.html`, and scripts, styles and fonts with a hash in their names.
 * The page has no inline script and no inline style, so that its Content-Security-Policy allows none.
 */
export async function buildPage(outdir = join(DIST, PAGE_DIRECTORY)): Promise<void> {
  // Vite makes a development build for every other value.
  const before = process.env['NODE_ENV'];
  process.env['NODE_ENV'] = 'production';
  await buildInto(outdir).finally(() => {
    delete process.env['NODE_ENV'];
    if (before !== undefined) process.env['NODE_ENV'] = before;
  });
}

async function buildInto(outdir: string): Promise<void> {
  await build({
    configFile: false,
    root: resolve(import.meta.dirname, '../console'),
    // The page works under any path.
    base: './',
    logLevel: 'warn',
    plugins: [react(), fontFiles()],
    build: {
      outDir: outdir,
      emptyOutDir: true,
      target: 'es2022',
      modulePreload: false,
      assetsInlineLimit: 0,
      reportCompressedSize: false,
      // The page is loaded from the same machine.
      chunkSizeWarningLimit: 4000,
    },
  });
}

/** Writes fonts that styles contain as data URLs to files, which a Content-Security-Policy allows without `data:`. */
function fontFiles(): Plugin {
  return {
    name: 'font-files',
    generateBundle(_, files) {
      for (const file of Object.values(files)) {
        if (file.type !== 'asset' || !file.fileName.endsWith('.css')) continue;
        const fonts = /url\(["']?data:font\/woff2;(?:charset=[\w-]+;)?base64,([\w+/=]+)["']?\)/g;
        file.source = file.source.toString().replace(fonts, (_found, base64: string) => {
          const source = Buffer.from(base64, 'base64');
          const name = `font-${createHash('sha256').update(source).digest('hex').slice(0, 8)}.woff2`;
          this.emitFile({ type: 'asset', fileName: `assets/${name}`, source });
          return `url(./${name})`;
        });
      }
    },
  };
}
