import type { ShownLink, ShownResource } from '../model';
import { comingOf } from './drawing';
import { nameOf, sameId } from './names';

/** What is written in place of what nobody here knows. */
const CALLBACK = 'https://example.com/callback';

/**
 * The commands of `acs-push` that would find a fault, or do the same as a button: by the environment's name where there
 * is one, by ids otherwise. docs/commands.md has them all.
 */
export class Commands {
  constructor(
    private readonly environment: string | undefined,
    private readonly link: ShownLink | undefined,
    private readonly resources: readonly ShownResource[],
  ) {}

  verify(...options: string[]): string {
    const { acsId } = this.link ?? {};
    const hub = this.linkedHub();
    return this.command(
      'verify',
      [
        ['--communication-service', acsId],
        ['--hub', hub],
        ['--policy', hub && this.ruleOf(hub)],
      ],
      options,
    );
  }

  testCall(rawId: string): string {
    const ids = [
      ['--communication-service', this.link?.acsId],
      ['--callback', CALLBACK],
    ] as const;
    return this.command('test-call', ids, ['--user', rawId]);
  }

  testSend(rawId: string, ...options: string[]): string {
    const hub = this.relayHub();
    const byEvent = options.includes('--event');
    return this.command(
      'test-send',
      [
        ['--relay-policy', hub && this.ruleOf(hub)],
        ...(byEvent ? ([['--function-app', this.link?.relays[0]?.functionAppId]] as const) : []),
      ],
      ['--user', rawId, ...options],
    );
  }

  devices(rawId: string, ...options: string[]): string {
    const app = this.link?.relays[0]?.functionAppId;
    return this.command(
      'devices',
      [
        ['--devices-api', app && `https://${nameOf(app)}.azurewebsites.net/api`],
        ['--audience', undefined],
      ],
      ['--user', rawId, ...options],
    );
  }

  replay(...options: string[]): string {
    const container = this.resources.find(
      ({ type, name }) => /blobServices\/containers$/i.test(type) && /dead|letter/i.test(name),
    );
    return this.command(
      'replay',
      [
        ['--function-app', this.link?.relays[0]?.functionAppId],
        ['--storage-account', container && /\/storageAccounts\/([^/]+)/i.exec(container.id)?.[1]],
        ['--dead-letter-container', container && nameOf(container.id)],
      ],
      options,
    );
  }

  private linkedHub(): string | undefined {
    return (this.link && (comingOf(this.link) ?? this.link.effective))?.hubId;
  }

  private relayHub(): string | undefined {
    return this.link?.relays.flatMap(({ hubIds }) => hubIds)[0];
  }

  /** The rule of a hub that somebody made: Azure's own have names that begin with Default. */
  private ruleOf(hubId: string): string | undefined {
    return this.resources.find(
      ({ id, type }) =>
        /authorizationRules$/i.test(type) &&
        sameId(id.slice(0, id.lastIndexOf('/authorizationRules/')), hubId) &&
        !nameOf(id).startsWith('Default'),
    )?.id;
  }

  /** An id that is not known shows as the word that docs/commands.md has for it. */
  private command(
    name: string,
    ids: readonly (readonly [string, string | undefined])[],
    options: readonly string[],
  ): string {
    const target = this.environment
      ? [quoted(this.environment)]
      : ids.flatMap(([flag, id]) => [flag, id === undefined ? 'ID' : quoted(id)]);
    return ['npx', 'acs-push', name, ...target, ...options.map(quoted)].join(' ');
  }
}

/** As a shell reads it as one word. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
