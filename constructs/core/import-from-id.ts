import { Token, type TerraformResource } from 'cdktf';
import type { Construct } from 'constructs';
import { adoptedResourceId } from './adopted-resource-id';
import { mistake } from './mistakes';

/** Where what exists is taken into state. */
export interface ImportFromIdProps {
  /**
   * ARM id of the resource that exists, to be taken into state and owned from then on, with the plan and apply that first
   * see it; leave it there or take it out afterwards. It is written as these props say, whole. A literal: Terraform imports
   * what it knows while it plans. See docs/importing.md.
   * @default - a new resource
   */
  readonly importFromId?: string;
}

export interface ImportedResource {
  /** Takes the `import` block. */
  readonly resource: TerraformResource;
  /** `Microsoft.NotificationHubs/namespaces` */
  readonly type: string;
  /** Name that the resource has by the caller's props; it is made of them, and not of the id. */
  readonly name: string;
  /** How the resource is used without being owned, for the mistake: `NotificationHub.fromNotificationHubId`. */
  readonly adoptedBy: string;
  /** Of azapi, which imports ids with a version of the API. @default - none, as azurerm has it */
  readonly apiVersion?: string;
}

/**
 * Writes the `import` block of a resource that exists. An id that is no literal, or of another resource than the props
 * describe, is a mistake: Terraform would refuse the first, and make the second anew.
 */
export function importFromId(
  scope: Construct,
  id: string | undefined,
  { resource, type, name, adoptedBy, apiVersion }: ImportedResource,
): void {
  if (id === undefined) return;
  if (Token.isUnresolved(id)) {
    mistake(
      scope,
      `importFromId takes an ARM id as a literal, since Terraform imports what it knows while it plans; it is known only ` +
        `when deployed: use ${adoptedBy} to use what exists as it is`,
    );
    return;
  }
  const { name: imported } = adoptedResourceId(scope, id, type, 'importFromId');
  if (!Token.isUnresolved(name) && imported !== name) {
    mistake(scope, `name has to be that of what is imported, '${imported}', got '${name}'`);
  }
  resource.importFrom(apiVersion === undefined ? id : `${id}?api-version=${apiVersion}`);
}
