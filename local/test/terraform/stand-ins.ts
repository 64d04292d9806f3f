import { startStandInProviders, type StandInProviders } from '../../terraform';
import { AnswerServer } from './answer-server';
import { TerraformFolder } from './terraform';

/** The stand-in providers against a server that answers as Azure does, and a folder for the real terraform. */
export interface StandIns {
  readonly azure: AnswerServer;
  readonly providers: StandInProviders;
  readonly folder: TerraformFolder;
  close(): Promise<void>;
}

export async function openStandIns(): Promise<StandIns> {
  const azure = await AnswerServer.start();
  const providers = await startStandInProviders({ environment: azure.environment });
  const folder = new TerraformFolder(providers.reattach);
  return {
    azure,
    providers,
    folder,
    close: async () => {
      folder.remove();
      await providers.close();
      await azure.close();
    },
  };
}
