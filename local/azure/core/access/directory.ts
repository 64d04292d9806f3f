import { createHash, randomUUID } from 'node:crypto';
import { DEPLOYER } from '../identity';

export interface Principal {
  readonly objectId: string;
  readonly clientId: string;
  readonly kind: 'servicePrincipal' | 'managedIdentity' | 'user';
  readonly displayName: string;
  /** Of service principals that sign in by themselves. */
  readonly clientSecret?: string;
  /** Certificates, PEM, whose private keys sign for it. */
  readonly certificates?: readonly string[];
  /** App roles that it was assigned, by the audience of the API. */
  readonly appRoles?: Readonly<Record<string, readonly string[]>>;
  /** Whose tokens are taken in place of a secret. */
  readonly federatedCredentials?: readonly FederatedCredential[];
}

/** Tokens of one issuer about one subject. */
export interface FederatedCredential {
  readonly issuer: string;
  readonly subject: string;
  /** `api://AzureADTokenExchange` */
  readonly audience: string;
}

/** The principals of local Azure's tenant. */
export class Directory {
  private readonly principals = new Map<string, Principal>();

  constructor() {
    this.add({ ...DEPLOYER, kind: 'servicePrincipal', displayName: 'deployer' });
  }

  add(principal: Principal): Principal {
    this.principals.set(principal.objectId.toLowerCase(), principal);
    return principal;
  }

  /** Registers another application, with a client secret or the credentials given. It has no rights until it gets a role. */
  addServicePrincipal(
    displayName: string,
    credentials: string | Pick<Principal, 'clientSecret' | 'certificates' | 'federatedCredentials'>,
  ): Principal {
    return this.add({
      objectId: randomUUID(),
      clientId: randomUUID(),
      ...(typeof credentials === 'string' ? { clientSecret: credentials } : credentials),
      displayName,
      kind: 'servicePrincipal',
    });
  }

  /** A pretend user, the same ids for the same name every time. */
  user(name: string): Principal {
    const objectId = stableGuid(`user:${name}`);
    return (
      this.get(objectId) ??
      this.add({ objectId, clientId: stableGuid('app:pretend-users'), displayName: name, kind: 'user' })
    );
  }

  get(objectId: string): Principal | undefined {
    return this.principals.get(objectId.toLowerCase());
  }

  byClientId(clientId: string): Principal | undefined {
    const wanted = clientId.toLowerCase();
    return [...this.principals.values()].find(
      (p) => p.kind !== 'user' && p.clientId.toLowerCase() === wanted,
    );
  }

  remove(objectId: string): void {
    this.principals.delete(objectId.toLowerCase());
  }

  toJSON(): Principal[] {
    return [...this.principals.values()];
  }

  load(principals: readonly Principal[]): void {
    for (const principal of principals) this.add(principal);
  }
}

/** A GUID made from a text, so that what is named by Azure stays named alike over runs. */
export function stableGuid(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
