import { randomUUID } from 'node:crypto';
import type { LocalAzureContext } from '../../core/context';
import type { StoredResource } from '../../core/store';
import { identifier } from './identifiers';
import type { LinkedHub } from './linked-hub';
import { RINGING_SECONDS } from './notices';
import type { CallControl, CallRequest, PlacedCall, Raise, SentPush } from './requests';

const NOT_ANSWERED = { code: 487, subCode: 10004, phrase: 'The call was not answered.' };
const CANCELLED = { code: 487, subCode: 0, phrase: 'The caller hung up.' };
const HUNG_UP = { code: 0, subCode: 0, phrase: '' };

/** Calls, and who answers them. */
export class Calls {
  /** Users who answer every call, after so many seconds, by resource and raw id. Forgotten at a restart. */
  private readonly answering = new Map<string, number>();

  constructor(
    private readonly context: LocalAzureContext,
    private readonly hub: LinkedHub,
    private readonly raise: Raise,
  ) {}

  /** Lets a user answer every call after that many seconds; left out, none any more. */
  setAnswering(resource: StoredResource, user: { rawId: string; afterSeconds?: number }): void {
    const key = `${resource.id}/${user.rawId}`;
    if (user.afterSeconds === undefined) this.answering.delete(key);
    else this.answering.set(key, user.afterSeconds);
  }

  /** Rings every callee, and raises IncomingCall per callee, CallStarted, CallEnded. */
  async place(resource: StoredResource, call: CallRequest, control: CallControl): Promise<PlacedCall> {
    const callees = typeof call.to === 'string' ? [call.to] : [...call.to];
    if (callees.length === 0) throw new RangeError('a call needs at least one callee');
    const serverCallId = Buffer.from(`https://local/${randomUUID()}`).toString('base64');
    const correlationId = randomUUID();
    const about = {
      startedBy: { communicationIdentifier: identifier(call.from), role: 'Participant' },
      serverCallId,
      isTwoParty: callees.length === 1,
      isRoomsCall: false,
      correlationId,
    };
    this.raise(resource.id, 'CallStarted', `call/${serverCallId}/startedBy/${call.from}`, about);
    const sends: Promise<SentPush[]>[] = [];
    for (const callee of callees) {
      this.raise(resource.id, 'IncomingCall', `/caller/${call.from}/recipient/${callee}`, {
        to: identifier(callee),
        from: identifier(call.from),
        serverCallId,
        callerDisplayName: call.callerDisplayName ?? '',
        customContext: { voipHeaders: {}, sipHeaders: {} },
        incomingCallContext: Buffer.from(JSON.stringify({ simulated: true, callee })).toString('base64url'),
        correlationId,
      });
      sends.push(
        this.hub.pushTo(resource, callee, {
          kind: 'incomingCall',
          title: call.callerDisplayName || call.from,
          body: 'Incoming call',
          data: { callId: correlationId, callerId: call.from, calleeId: callee },
          ringing: true,
        }),
      );
    }
    const pushes = (await Promise.all(sends)).flat();
    void this.goOn(resource, call, callees, about, control);
    return { serverCallId, correlationId, pushes };
  }

  private async goOn(
    resource: StoredResource,
    call: CallRequest,
    callees: readonly string[],
    about: Record<string, unknown>,
    control: CallControl,
  ): Promise<void> {
    const { clock, closing } = this.context;
    const subject = `call/${String(about.serverCallId)}`;
    const answered =
      call.answeredAfterSeconds ??
      callees
        .map((callee) => this.answering.get(`${resource.id}/${callee}`))
        .find((after) => after !== undefined);
    const ended = call.endedAfterSeconds ?? Math.max(RINGING_SECONDS, answered ?? 0);
    const over = control.hangUp ? AbortSignal.any([closing, control.hangUp]) : closing;
    let answeredAt: number | undefined;
    if (answered !== undefined) {
      await clock.sleep(answered * 1000, over);
      if (closing.aborted) return;
      if (!over.aborted) {
        answeredAt = clock.now();
        for (const participant of [call.from, ...callees]) {
          this.raise(resource.id, 'CallParticipantAdded', `${subject}/participant/${participant}`, {
            ...about,
            user: { communicationIdentifier: identifier(participant), role: 'Participant' },
            participantId: randomUUID(),
          });
        }
        control.onAnswered?.();
      }
    }
    if (!over.aborted) await clock.sleep((ended - (answered ?? 0)) * 1000, over);
    if (closing.aborted) return;
    const reason = answeredAt !== undefined ? HUNG_UP : over.aborted ? CANCELLED : NOT_ANSWERED;
    this.raise(resource.id, 'CallEnded', `${subject}/endedBy/${call.from}`, {
      ...about,
      endedBy: {
        communicationIdentifier: identifier(call.from),
        kind: 'Participant',
        name: call.callerDisplayName ?? '',
      },
      reason,
      callDurationInSeconds: answeredAt === undefined ? 0 : Math.round((clock.now() - answeredAt) / 1000),
    });
    control.onEnded?.(reason);
  }
}
