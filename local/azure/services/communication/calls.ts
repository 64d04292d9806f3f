import { randomUUID } from 'node:crypto';
import type { LocalAzureContext } from '../../core/context';
import type { StoredResource } from '../../core/store';
import { identifier } from './identifiers';
import type { LinkedHub } from './linked-hub';
import { Newest } from './newest';
import { RINGING_SECONDS } from './ringing';
import type { CallControl, CallRequest, KnownCall, PlacedCall, Raise, SentPush } from './requests';

const NOT_ANSWERED = { code: 487, subCode: 10004, phrase: 'The call was not answered.' };
const CANCELLED = { code: 487, subCode: 0, phrase: 'The caller hung up.' };
/** Assumed: SIP's code; no document tells a subcode. */
const DECLINED = { code: 603, subCode: 0, phrase: 'The call was declined.' };
const HUNG_UP = { code: 0, subCode: 0, phrase: '' };

/** A call that has not ended, and what people do with it. */
interface OngoingCall {
  readonly resource: StoredResource;
  readonly shown: KnownCall;
  readonly correlationId: string;
  /** Callees who have declined. */
  readonly declined: Set<string>;
  /** The caller, and the callees who have answered. */
  readonly participants: Set<string>;
  /** Stops when somebody answers by hand. */
  readonly answered: AbortController;
  /** Stops when nobody is left who could answer, or somebody hangs up. */
  readonly over: AbortController;
  /** Who hung up last; the caller, where nobody has. */
  endedBy: string;
}

/** Calls, and who answers them. */
export class Calls {
  /** Users who answer every call, after so many seconds, by resource and raw id. Forgotten at a restart. */
  private readonly answering = new Map<string, number>();
  private readonly newest = new Newest<KnownCall>();
  private readonly ongoing = new Map<string, OngoingCall>();

  constructor(
    private readonly context: LocalAzureContext,
    private readonly hub: LinkedHub,
    private readonly raise: Raise,
  ) {}

  /** The newest, the oldest of them first. Forgotten at a restart. */
  known(): readonly KnownCall[] {
    return this.newest.all();
  }

  /**
   * @param rawId who of the callees; the first who has not declined by default
   * @throws RangeError when the call does not ring, or not that callee
   */
  answer(serverCallId: string, rawId?: string): void {
    const call = this.ringing(serverCallId, rawId);
    call.participants.add(rawId ?? rungBy(call)[0]!);
    call.answered.abort();
  }

  /** @param rawId who of the callees; all by default. @throws RangeError as above */
  decline(serverCallId: string, rawId?: string): void {
    const call = this.ringing(serverCallId, rawId);
    const declining = rawId === undefined ? rungBy(call) : [rawId];
    for (const callee of declining) call.declined.add(callee);
    this.stopRinging(call, declining);
    if (rungBy(call).length === 0) this.end(call, declining[0]!);
  }

  /** @param rawId who hangs up; the caller by default. @throws RangeError when the call has ended, or has no such participant */
  hangUp(serverCallId: string, rawId?: string): void {
    const call = this.notEnded(serverCallId);
    const who = rawId ?? call.shown.from;
    if (call.participants.has(who)) this.end(call, who);
    else if (call.shown.state === 'ringing') this.decline(serverCallId, who);
    else throw new RangeError(`${who} is not in the call`);
  }

  private end(call: OngoingCall, who: string): void {
    call.endedBy = who;
    call.over.abort();
  }

  private ringing(serverCallId: string, rawId: string | undefined): OngoingCall {
    const call = this.notEnded(serverCallId);
    if (call.shown.state !== 'ringing' || call.answered.signal.aborted) {
      throw new RangeError(`the call is ${call.answered.signal.aborted ? 'answered' : call.shown.state}`);
    }
    if (rawId !== undefined && (!call.shown.to.includes(rawId) || call.declined.has(rawId))) {
      throw new RangeError(`the call does not ring at ${rawId}`);
    }
    return call;
  }

  private notEnded(serverCallId: string): OngoingCall {
    const call = this.ongoing.get(serverCallId);
    if (call && !call.over.signal.aborted) return call;
    throw new RangeError(`there is no call '${serverCallId}', or it has ended`);
  }

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
    const shown: KnownCall = {
      serverCallId,
      acsId: resource.id,
      from: call.from,
      callerDisplayName: call.callerDisplayName,
      to: callees,
      startedAt: this.context.clock.now(),
      state: 'ringing',
      pushes: [],
    };
    const ongoing: OngoingCall = {
      resource,
      shown,
      correlationId,
      declined: new Set(),
      participants: new Set([call.from]),
      answered: new AbortController(),
      over: new AbortController(),
      endedBy: call.from,
    };
    this.newest.set(serverCallId, shown);
    this.ongoing.set(serverCallId, ongoing);
    control.hangUp?.addEventListener('abort', () => ongoing.over.abort(), { once: true });
    this.context.changed();
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
    shown.pushes = (await Promise.all(sends)).flat();
    this.context.changed();
    void this.goOn(call, ongoing, about, control);
    return { serverCallId, correlationId, pushes: [...shown.pushes] };
  }

  private async goOn(
    call: CallRequest,
    ongoing: OngoingCall,
    about: Record<string, unknown>,
    control: CallControl,
  ): Promise<void> {
    const { clock, closing } = this.context;
    const { resource, shown, participants } = ongoing;
    const since = clock.now();
    const until = (seconds: number, signal: AbortSignal) =>
      clock.sleep(since + seconds * 1000 - clock.now(), signal);
    const subject = `call/${shown.serverCallId}`;
    const ends = call.endedAfterSeconds ?? RINGING_SECONDS;
    const answersAfter = new Map(
      shown.to.map((callee) => [
        callee,
        call.answeredAfterSeconds ?? this.answering.get(`${resource.id}/${callee}`) ?? Infinity,
      ]),
    );
    const nextAfter = () => Math.min(ends, ...rungBy(ongoing).map((callee) => answersAfter.get(callee)!));
    const over = AbortSignal.any([closing, ongoing.over.signal]);
    const byHand = ongoing.answered.signal;
    const ringing = AbortSignal.any([over, byHand]);
    let next: number;
    // Whoever would have answered may decline meanwhile.
    do {
      next = nextAfter();
      await until(next, ringing);
    } while (!ringing.aborted && nextAfter() !== next);
    if (closing.aborted) return;
    const answering = ringing.aborted
      ? []
      : rungBy(ongoing).filter((callee) => answersAfter.get(callee) === next);
    for (const callee of answering) participants.add(callee);
    let answeredAt: number | undefined;
    if (byHand.aborted || answering.length > 0) {
      answeredAt = clock.now();
      for (const participant of participants) {
        this.raise(resource.id, 'CallParticipantAdded', `${subject}/participant/${participant}`, {
          ...about,
          user: { communicationIdentifier: identifier(participant), role: 'Participant' },
          participantId: randomUUID(),
        });
      }
      this.become(shown, 'answered');
      control.onAnswered?.();
      // Who answers by hand does so on one device.
      this.stopRinging(
        ongoing,
        rungBy(ongoing).filter((callee) => !answering.includes(callee)),
      );
      // Who answers by hand talks until somebody hangs up.
      await until(byHand.aborted ? (call.endedAfterSeconds ?? Infinity) : ends, over);
      if (closing.aborted) return;
    } else if (over.aborted) this.stopRinging(ongoing, rungBy(ongoing));
    const declined = rungBy(ongoing).length === 0;
    const cancelled = declined ? DECLINED : over.aborted ? CANCELLED : NOT_ANSWERED;
    const reason = answeredAt === undefined ? cancelled : HUNG_UP;
    this.raise(resource.id, 'CallEnded', `${subject}/endedBy/${ongoing.endedBy}`, {
      ...about,
      endedBy: {
        communicationIdentifier: identifier(ongoing.endedBy),
        kind: 'Participant',
        name: ongoing.endedBy === call.from ? (call.callerDisplayName ?? '') : '',
      },
      reason,
      callDurationInSeconds: answeredAt === undefined ? 0 : Math.round((clock.now() - answeredAt) / 1000),
    });
    this.ongoing.delete(shown.serverCallId);
    this.become(shown, declined ? 'declined' : 'ended');
    control.onEnded?.(reason);
  }

  private become(call: KnownCall, state: KnownCall['state']): void {
    call.state = state;
    this.context.changed();
  }

  /**
   * Withdraws the call on every device of these callees, as the calling SDKs' PushNotificationEventType `stopRinging` is for.
   * Assumed: one that rings out stops by itself, at the expiry of its push.
   */
  private stopRinging({ resource, shown, correlationId }: OngoingCall, callees: readonly string[]): void {
    for (const callee of callees) {
      void this.hub.pushTo(resource, callee, {
        kind: 'stopRinging',
        title: shown.callerDisplayName || shown.from,
        body: 'The call is over',
        data: { callId: correlationId, callerId: shown.from, calleeId: callee },
        ringing: true,
      });
    }
  }
}

/** Callees whom it rings as long as nobody answers: those who have not declined. */
function rungBy({ shown, declined }: OngoingCall): readonly string[] {
  return shown.to.filter((callee) => !declined.has(callee));
}
