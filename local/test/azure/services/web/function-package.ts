import { build } from 'esbuild';
import { strToU8, zipSync } from 'fflate';

/** A zip as it is published, with this code as its app. */
export async function packageOf(code: string): Promise<Buffer> {
  const { outputFiles } = await build({
    stdin: { contents: code, resolveDir: __dirname, loader: 'js' },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    external: ['@azure/functions-core'],
    write: false,
  });
  return Buffer.from(
    zipSync({
      'host.json': strToU8(JSON.stringify({ version: '2.0' })),
      'package.json': strToU8(JSON.stringify({ main: 'dist/app.js' })),
      'dist/app.js': outputFiles[0]!.contents,
    }),
  );
}
