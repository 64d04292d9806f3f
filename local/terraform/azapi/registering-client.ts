import type { HttpMethods } from '@azure/core-rest-pipeline';
import { AzureClient, type ArmOptions } from '../azure-client';
import { AzureError, type AzureResponse } from '../azure-errors';

const API_VERSION = '2019-05-01';
const ATTEMPTS = 3;

/**
 * Registers the resource provider that Azure says is missing, waits for it, and sends the request again, as azapi's
 * requests do unless `skip_provider_registration` is set.
 *
 * @see https://github.com/Azure/azure-sdk-for-go/blob/main/sdk/azcore/arm/runtime/policy_register_rp.go
 * @see https://github.com/Azure/terraform-provider-azapi/blob/main/internal/clients/client.go (`DisableRPRegistration`)
 */
export class RegisteringClient extends AzureClient {
  override async arm(
    method: HttpMethods,
    path: string,
    apiVersion: string,
    options: ArmOptions = {},
  ): Promise<AzureResponse> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await super.arm(method, path, apiVersion, options);
      } catch (error) {
        const namespace = missingNamespace(error);
        const subscription = /^\/subscriptions\/[^/]+/i.exec(path)?.[0];
        if (namespace === undefined || subscription === undefined) throw error;
        await this.register(`${subscription}/providers/${namespace}`, options.signal);
        if (attempt === ATTEMPTS) throw error;
      }
    }
  }

  private async register(path: string, signal: AbortSignal | undefined): Promise<void> {
    await super.arm('POST', `${path}/register`, API_VERSION, { signal });
    await this.poll(signal, async () => {
      const { body } = await super.arm('GET', path, API_VERSION, { signal });
      return (body as { registrationState?: string }).registrationState?.toLowerCase() === 'registered';
    });
  }
}

function missingNamespace(error: unknown): string | undefined {
  if (!(error instanceof AzureError) || error.status !== 409) return undefined;
  if (error.code?.toLowerCase() !== 'missingsubscriptionregistration') return undefined;
  const { details } = (error.response.body as { error: { details?: { target?: string }[] } }).error;
  return details?.[0]?.target;
}
