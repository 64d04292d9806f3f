import { NotSettled } from './not-settled';
import type { Answer } from './requests';
import { communicationService } from './scenery';
import { VERSIONS } from './versions';
import { propertiesOf, type World } from './world';

/** Where a Communication Services resource of the run has its users. */
export async function identitiesOf(world: World, purpose: string): Promise<Identities> {
  const acs = await communicationService(world, purpose);
  const { hostName } = propertiesOf(await world.read(acs, VERSIONS.communication));
  return new Identities(world, `https://${String(hostName)}/identities`);
}

/** Users of a resource and their tokens, asked for in the name of whoever runs the kit. */
export class Identities {
  constructor(
    private readonly world: World,
    private readonly url: string,
  ) {}

  /** Asks for a new user, with members of a body that nobody expects. */
  create(body: object = {}): Promise<Answer> {
    return this.send('POST', '', body);
  }

  /** The raw id of a new user; it takes a while until a new resource knows who may use it. @throws NotSettled */
  async user(): Promise<string> {
    const made = await this.world.until(3, async () => {
      const answer = await this.create();
      return answer.status < 400 ? answer : undefined;
    });
    const { id } = (made?.json?.identity ?? {}) as { id?: unknown };
    if (typeof id !== 'string') throw new NotSettled('no user could be made within three minutes');
    return id;
  }

  remove(user: string): Promise<Answer> {
    return this.send('DELETE', `/${user}`);
  }

  issueToken(user: string): Promise<Answer> {
    return this.send('POST', `/${user}/:issueAccessToken`, { scopes: ['voip'] });
  }

  private send(method: 'POST' | 'DELETE', below: string, json?: object): Promise<Answer> {
    const url = `${this.url}${below}?api-version=${VERSIONS.identities}`;
    return this.world.communicate(method, url, json === undefined ? {} : { json });
  }
}
