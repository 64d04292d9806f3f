import { spawn } from 'node:child_process';

/** How long the opener may take before it counts as one that stays with the browser, in milliseconds. */
const OPENED_AFTER_MS = 3_000;

/** The program of each system that opens an address as a person's click would. */
const OPENERS: Readonly<Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>>> = {
  darwin: ['open'],
  // A program and no built-in of the shell, in which `&` would end the address.
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
};

/**
 * Opens an address in the default browser, and does not wait until that is closed. The address goes where every user of
 * the machine may read it, into the arguments of processes: it should hold no secret.
 * @returns why it could not be opened; undefined when it was
 */
export async function openInBrowser(url: string): Promise<string | undefined> {
  const [program, ...args] = OPENERS[process.platform] ?? ['xdg-open'];
  const child = spawn(program, [...args, url], { detached: true, stdio: 'ignore' });
  child.unref();
  return new Promise((resolve) => {
    const open = setTimeout(resolve, OPENED_AFTER_MS, undefined);
    const end = (problem?: string) => {
      clearTimeout(open);
      resolve(problem);
    };
    child.once('error', () => end(`there is no ${program}`));
    child.once('close', (code) => end(code === 0 ? undefined : `${program} ended with exit code ${code}`));
  });
}
