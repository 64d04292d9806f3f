import { SignIn, type SignInOptions } from './sign-in';

/**
 * Signs in as azurerm would with the same environment; docs/signing-in.md has the table. Where the Azure CLI is all
 * there is and cannot, the variables of the Azure SDKs are taken.
 * @throws AzureError of kind `credentials` naming what of the environment is not supported or contradicts itself
 */
export function credentialFrom(environment: NodeJS.ProcessEnv, options?: SignInOptions): SignIn {
  return new SignIn(environment, options);
}
