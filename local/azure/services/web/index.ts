import { join } from 'node:path';
import type { FunctionHost } from '../../../functions/function-host';
import { KEPT_FOLDERS } from '../../core/kept-files';
import type { LocalService, ServiceParts } from '../../core/service';
import type { Storage } from '../storage/data-plane';
import { FunctionApps } from './function-apps';
import { webProvider } from './resource-types';
import { Scm } from './scm';
import { FunctionAppSites } from './sites';

export interface WebService extends LocalService {
  readonly apps: FunctionApps;
}

/**
 * App Service: Function Apps on Flex Consumption, their code, their scm sites and their public addresses.
 *
 * @param host runs the code
 * @param storage takes packages and hands them out
 */
export function webService(parts: ServiceParts, host: FunctionHost, storage: Storage): WebService {
  const { context, tokens, rbac, directory, folder, networkEnvironment } = parts;
  const apps = new FunctionApps({
    context,
    host,
    folder: join(folder, KEPT_FOLDERS.sites),
    tokens,
    directory,
    rbac,
    storage,
    networkEnvironment,
  });
  return {
    ...webProvider(context, apps),
    hostServices: [new Scm(apps, tokens, rbac), new FunctionAppSites(apps)],
    start: () => apps.resume(),
    close: () => apps.close(),
    apps,
  };
}
