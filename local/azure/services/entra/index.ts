import type { LocalService, ServiceParts } from '../../core/service';
import { ClientAssertions } from './client-assertions';
import { Entra } from './data-plane';

export interface EntraService extends LocalService {
  readonly entra: Entra;
}

/** Microsoft Entra ID: how applications sign in. Who there is, is in core/access. */
export function entraService({ context, tokens, directory }: ServiceParts): EntraService {
  const entra = new Entra(tokens, directory, new ClientAssertions((request) => context.fetch(request)));
  return { hostServices: [entra], entra };
}
