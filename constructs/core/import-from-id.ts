import { Token, type TerraformResource } from 'cdktf';
import type { Construct } from 'constructs';
import { canonicalResourceId, sameResourceId, type ResourceId } from '../../link/resource-id';
import { isKnown } from './checks';
import { mistake } from './mistakes';
import { readResourceId } from './resource-reference';

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
  /** Where the caller's props put it, which is not taken from the id either. */
  readonly place: ImportedPlace;
  /** How the resource is used without being owned, for the mistake: `NotificationHub.fromNotificationHubId`. */
  readonly adoptedBy: string;
  /** Of azapi, which imports ids with a version of the API. @default - none, as azurerm has it */
  readonly apiVersion?: string;
}

/** Any of it may be a token, of which nothing is known yet. */
export interface ImportedPlace {
  /** ARM id of what it lies in: a resource group, a namespace, a hub. @default - not known */
  readonly id?: string;
  /** Name of the resource group. @default - not known */
  readonly resourceGroup?: string;
  /** Names of what it lies below, from the outermost. @default - none */
  readonly parents?: readonly string[];
}

/**
 * Writes the `import` block of a resource that exists. An id that is no literal, or of another resource than the props
 * describe, is a mistake: Terraform would refuse the first, and make the second anew.
 */
export function importFromId(
  scope: Construct,
  id: string | undefined,
  { resource, type, name, place, adoptedBy, apiVersion }: ImportedResource,
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
  const read = readResourceId(scope, id, type, 'importFromId');
  if (!read) return;
  if (isKnown(name) && read.name !== name) {
    mistake(scope, `name has to be that of what is imported, '${read.name}', got '${name}'`);
  }
  const elsewhere = otherPlace(read, place);
  if (elsewhere) {
    mistake(
      scope,
      `importFromId takes what lies where the props put it, in '${elsewhere.given}', got one in '${elsewhere.imported}': ` +
        `Terraform would destroy what is imported, and make it anew; give the resource group, namespace or hub that it lies in`,
    );
  }
  // Providers compare letter by letter what Azure, its portal and its CLI write in different casing.
  const written = canonicalResourceId(id, type);
  resource.importFrom(apiVersion === undefined ? written : `${written}?api-version=${apiVersion}`);
}

/** The first part of where it lies that is another than the props say. */
function otherPlace(
  { id, resourceGroup, parents }: ResourceId,
  place: ImportedPlace,
): { readonly given: string; readonly imported: string } | undefined {
  const group = id.split('/').slice(0, 5).join('/');
  const names = place.parents ?? [];
  return [
    { given: place.id, imported: parents.at(-1)?.id ?? group },
    { given: place.resourceGroup, imported: resourceGroup },
    ...parents.map((parent, i) => ({ given: names[i], imported: parent.name })),
  ].find(
    (part): part is { given: string; imported: string } =>
      isKnown(part.given) && !sameResourceId(part.given, part.imported),
  );
}
