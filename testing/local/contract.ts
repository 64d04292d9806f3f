/** What the kit for tests knows of local Azure; `kit.ts` does it, and the package carries that bundled. */
import type { DeliveredPush } from '../../local/azure/core/inbox';

export type { DeliveredPush };

/** A user of the app, with an iPhone and an Android phone. */
export interface PretendUser {
  /** As a test calls them. */
  readonly name: string;
  /** Raw id of the ACS identity: `8:acs:{resource}_{user}`. */
  readonly rawId: string;
  /** 64 hexadecimal digits, as APNs gives them. */
  readonly apnsHandle: string;
  /** Registration token, as FCM gives them. */
  readonly fcmHandle: string;
}

/** A resource as local Azure keeps it, without its secrets. */
export interface LocalResource {
  /** ARM id. */
  readonly id: string;
  /** Last part of the id. */
  readonly name: string;
  /** `Microsoft.Communication/communicationServices` */
  readonly type: string;
  /** Region. @default - none, for what lies where its parent does */
  readonly location?: string;
  /** Tags of a resource that can have them. @default - none */
  readonly tags?: Readonly<Record<string, string>>;
  /** `properties` of its body, as a GET answers them. */
  readonly properties: Readonly<Record<string, unknown>>;
}

/** What Terraform would do to one resource. */
export interface LocalChange {
  /** Name of the stack. */
  readonly stack: string;
  /** `azapi_resource.Push_CallingHub_A0298E0A` */
  readonly address: string;
  /** Terraform's type: `azapi_resource`. */
  readonly type: string;
  /** `['create']`, `['update']`, `['delete']`, or `['delete', 'create']` for a resource that is made anew. */
  readonly actions: readonly string[];
}

/** What a deploy would do. */
export interface LocalPlan {
  /** One for each resource that would change; none when Terraform says *No changes*. */
  readonly changes: readonly LocalChange[];
  /** Addresses of the resources that would be destroyed, those that are made anew among them. */
  readonly destroyed: readonly string[];
  /** What Terraform printed. */
  readonly text: string;
}

/** Who rings or writes, and how it is shown. */
export interface LocalSender {
  /** Raw id. @default - somebody of the same Communication Services resource */
  readonly from?: string;
  /** Name that the push shows. @default 'Somebody' */
  readonly displayName?: string;
}

/** Stacks that were deployed into local Azure. */
export interface RunningDeployment {
  /** Outputs of the stack that was deployed last, by their names in Terraform. */
  readonly outputs: Readonly<Record<string, unknown>>;
  /** What a second deploy would do, planned right after the first: nothing, if the stack is sound. */
  readonly secondPlan: LocalPlan;
  /** Variables by which the Azure SDKs, Terraform and `acs-push` work with this local Azure; no secret opens anything else. */
  readonly environment: Readonly<Record<string, string>>;

  /** Outputs of a stack. @throws Error when no such stack was deployed */
  outputsOf(stack: string): Promise<Record<string, unknown>>;
  /**
   * Resources in Azure, in the order in which they were made.
   * @param type of ARM, in any casing. @default - all
   */
  resources(type?: string): LocalResource[];
  /**
   * ARM id of the hub that a Communication Services resource is linked to, as Azure reads it back.
   * @param communicationServiceId @default - the one there is
   */
  linkedHub(communicationServiceId?: string): string | undefined;

  /**
   * A new user with an iPhone and an Android phone.
   * @param phones `relay`: registered with the relay's hubs, as an app's back end does; `acs`: with Communication
   * Services, which pushes through the linked hub. @default - 'relay' where there is one
   */
  user(name: string, phones?: 'relay' | 'acs'): Promise<PretendUser>;
  /**
   * Rings the user, and waits until both phones were reached.
   * @returns what reached them
   * @throws Error with what became of the events when they are not
   */
  call(user: PretendUser, sender?: LocalSender): Promise<DeliveredPush[]>;
  /** Writes to the user in a chat thread, and waits until both phones were reached. @throws Error as {@link call} */
  chatMessage(user: PretendUser, text: string, sender?: LocalSender): Promise<DeliveredPush[]>;
  /** What has reached the push services so far, oldest first; with a user, what reached the user's phones. */
  inbox(user?: PretendUser): DeliveredPush[];
  /**
   * Asks the control API of local Azure, which can do much more: docs/local-azure.md has all of it.
   * @throws Error with the API's own message when it refuses
   */
  control<T>(method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, body?: unknown): Promise<T>;

  /** What a deploy of what lies in the folder now would do, as if nothing were protected by `prevent_destroy`. */
  planFolder(): Promise<LocalPlan>;
  /** Deploys what lies in the folder now. */
  applyFolder(): Promise<void>;
  /** Destroys everything that lies in the folder, protected or not. */
  destroyFolder(): Promise<void>;
  /** Stops everything that was started, and removes the folder. */
  close(): Promise<void>;
}

/** A way to deploy synthesized stacks into a local Azure of their own. */
export interface DeploymentRequest {
  /** Folder that takes everything, with the stacks in `cdktf.out`; removed by `close`. */
  readonly folder: string;
  /** Names of the stacks, in the order in which they are deployed. */
  readonly stacks: readonly string[];
  /** Values of Terraform's variables beside the credentials of the push services, which are made. */
  readonly variables: Readonly<Record<string, string>>;
  /** Environment variables for Terraform and what it runs. */
  readonly environment: Readonly<Record<string, string>>;
  /** Takes each line that Terraform prints. */
  readonly onLine?: (line: string) => void;
}

export interface LocalRunner {
  /**
   * Starts local Azure with the stand-in providers, and plans, applies and plans again with the real Terraform.
   * @throws Error naming what is missing, or with what Terraform printed; nothing is left running then
   */
  deploy(request: DeploymentRequest): Promise<RunningDeployment>;
}
