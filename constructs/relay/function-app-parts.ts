import type { Construct } from 'constructs';
import { mistake } from '../core/mistakes';
import { referenceOf } from '../core/reference';
import { IDENTITY_TYPE, PLAN_TYPE, readResourceId } from '../core/resource-reference';
import type { IUserAssignedIdentity } from '../core/user-assigned-identity';
import type { IStorageAccount } from '../storage/storage-account-interface';

/** Parts of a Function App that can be one's own. */
export interface FunctionAppParts {
  /**
   * Signs in to all that the app uses: it is given the roles for that, and those it has already stay.
   * @default - a new one
   */
  readonly identity?: IUserAssignedIdentity;
  /**
   * Holds the app's code, its host's leases and its records: one account an app.
   * @default - a new one
   */
  readonly storage?: IStorageAccount;
  /**
   * ARM id of a Flex Consumption plan (`FC1`, Linux) in the app's region that no app is on: Azure takes one app a plan.
   * @default - a new one
   */
  readonly servicePlanId?: string;
}

/** Names of the parts, as they are given. */
export const FUNCTION_APP_PARTS = [
  'identity',
  'storage',
  'servicePlanId',
] as const satisfies readonly (keyof FunctionAppParts)[];

/** @param field what stands before the names in the mistake: nothing, or `devicesApi.` */
export function checkParts(
  scope: Construct,
  { identity, servicePlanId }: FunctionAppParts,
  field = '',
): void {
  if (identity) readResourceId(scope, identity.id, IDENTITY_TYPE, `${field}identity.id`);
  if (servicePlanId !== undefined) readResourceId(scope, servicePlanId, PLAN_TYPE, `${field}servicePlanId`);
}

interface Taken {
  readonly scope: Construct;
  readonly storage: IStorageAccount;
  readonly servicePlanId?: string;
}

const taken = new WeakMap<object, Taken[]>();

/** Notes what an app takes for itself, and that another app of the same `App` has it already. */
export function takeForOneApp(app: Taken): void {
  const others = taken.get(app.scope.node.root) ?? [];
  taken.set(app.scope.node.root, [...others, app]);
  const storageOf = ({ storage }: Taken) => referenceOf(storage, storage.storageAccountId);
  const planOf = ({ scope, servicePlanId }: Taken) => servicePlanId && referenceOf(scope, servicePlanId);
  const sameStorage = others.find((other) => storageOf(other) === storageOf(app));
  if (sameStorage) {
    mistake(
      app.scope,
      `storage takes an account that no other app uses, since an app keeps its code and its records under fixed names ` +
        `there; got ${app.storage.node.path}, which is that of ${sameStorage.scope.node.path}: give another, or leave it out`,
    );
  }
  const plan = planOf(app);
  const samePlan = plan && others.find((other) => planOf(other) === plan);
  if (samePlan) {
    mistake(
      app.scope,
      `servicePlanId takes a plan that no other app is on, since Flex Consumption takes one app a plan; got that of ` +
        `${samePlan.scope.node.path}: give another, or leave it out`,
    );
  }
}
