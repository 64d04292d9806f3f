import { AZURERM, CDK, ENTRIES } from './flavour';

/** Packages that an app has beside this one, and this one does not bring. */
const PEERS: Readonly<Record<string, () => unknown>> = {
  constructs: () => require('constructs') as unknown,
  [CDK]: () => require('cdktf') as unknown,
  [AZURERM]: () => require('@cdktf/provider-azurerm/lib/provider') as unknown,
};

/** Both flavours leave their packages to the app, so that npm installs without those of either. */
function requireInstalled(): void {
  const names = Object.keys(PEERS);
  const missing = names.filter((name) => !isInstalled(name));
  if (missing.length === 0) return;
  const others = Object.entries(ENTRIES).filter(([cdk]) => cdk !== CDK);
  throw new Error(
    `${ENTRIES[CDK]} needs ${names.join(', ')} beside it, and cannot find ${missing.join(', ')}: ` +
      `run 'npm install ${missing.join(' ')}' (which versions go together is in docs/moving-to-cdktn.md of the package)` +
      others
        .map(([cdk, entry]) => `, or import from '${entry}' in an app that is written with ${cdk}`)
        .join(''),
  );
}

function isInstalled(name: string): boolean {
  try {
    PEERS[name]!();
    return true;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== 'MODULE_NOT_FOUND') throw error;
    // It may be there and lack another of them, which is told by its own name.
    return !message.startsWith(`Cannot find module '${name}`);
  }
}

requireInstalled();
