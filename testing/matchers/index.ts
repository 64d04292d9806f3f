import { toHaveNoLiteralSecret } from './to-have-no-literal-secret';
import { toHaveResourceWith } from './to-have-resource-with';
import { toKeepResourcesOf } from './to-keep-resources-of';
import { toLinkHub } from './to-link-hub';

/** Matchers for Jest and Vitest: `expect.extend(matchers)`. What each takes is said at {@link PushMatchers}. */
export const matchers = {
  toHaveResourceWith,
  toLinkHub,
  toHaveNoLiteralSecret,
  toKeepResourcesOf,
};

/** What `expect(…)` of a stack, or of what {@link synthesize} makes of one, can do after `expect.extend(matchers)`. */
export interface PushMatchers<R> {
  /**
   * The stack makes a resource of that type with these attributes, beside any others.
   * @param type of Terraform (`azurerm_storage_account`), or of ARM without an api-version (`Microsoft.Web/sites`)
   * where azapi makes it; the body is then beside name and location, as ARM has it
   * @param props may hold asymmetric matchers (`expect.stringContaining('…')`); `undefined` says that it is not set
   */
  toHaveResourceWith(type: string, props?: object): R;
  /**
   * The stack links a hub with a Communication Services resource.
   * @param hub its name, ARM id or address in the JSON. @default any hub
   */
  toLinkHub(hub?: string): R;
  /** Nothing in the JSON looks like a secret or stands where one goes; a failure says where, and not what. */
  toHaveNoLiteralSecret(): R;
  /**
   * Deploying the stack where the earlier one was deployed destroys no resource of Azure and makes none anew: each is
   * at its address, or moved from it, with the same name, place and type. No Terraform is asked; what else makes a
   * provider replace a resource, `plan` of {@link deployLocally} knows.
   * @param earlier a stack, what {@link synthesize} made of it, or its JSON as it was kept
   */
  toKeepResourcesOf(earlier: unknown): R;
}

declare global {
  // eslint-disable-next-line @typescript-eslint/no-namespace
  namespace jest {
    /** Of `@types/jest`; Vitest takes over what is added here. */
    // eslint-disable-next-line @typescript-eslint/no-empty-object-type, @typescript-eslint/no-unused-vars
    interface Matchers<R, T = {}> extends PushMatchers<R> {}
  }
}
