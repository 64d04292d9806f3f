import { RestError } from '@azure/core-rest-pipeline';
import {
  createClientContext,
  sendNotification,
  type NotificationHubsClientContext,
} from '@azure/notification-hubs/api';
import { createAppleNotification, createFcmV1Notification } from '@azure/notification-hubs/models';
import { PermanentError, TransientError } from './errors';
import { httpClient, isTransientStatus, REQUEST_TIMEOUT_MS, retryAfterMs } from './http';
import type { Clock, HubMessage, HubReceipt, HubSender } from './ports';
import type { SendKey } from './send-key';
import type { HubRule } from './settings';

/** One notification hub, reached with one authorization rule. */
export class Hub {
  private context: { connectionString: string; client: NotificationHubsClientContext } | undefined;

  constructor(
    private readonly rule: HubRule,
    private readonly key: SendKey,
    private readonly clock: Clock,
  ) {}

  async send(message: HubMessage): Promise<HubReceipt> {
    const connectionString = await this.key.connectionString();
    try {
      return await this.sendWith(connectionString, message);
    } catch (error) {
      if (statusOf(error) !== 401) throw this.classify(error);
    }
    // The key was rotated: read it again, once.
    await this.key.forget(connectionString);
    try {
      return await this.sendWith(await this.key.connectionString(), message);
    } catch (error) {
      throw this.classify(error);
    }
  }

  private async sendWith(connectionString: string, message: HubMessage): Promise<HubReceipt> {
    if (this.context?.connectionString !== connectionString) {
      this.context = {
        connectionString,
        // Event Grid does the retrying: a retry in here would only use up its 30 s.
        client: createClientContext(connectionString, this.rule.hub, {
          httpClient,
          retryOptions: { maxRetries: 0 },
        }),
      };
    }
    const notification =
      message.platform === 'apple'
        ? createAppleNotification({ body: message.body, headers: { ...message.headers } })
        : createFcmV1Notification({ body: message.body, headers: { ...message.headers } });
    const answer = await sendNotification(this.context.client, notification, {
      tagExpression: message.tag,
      requestOptions: { timeout: REQUEST_TIMEOUT_MS },
    });
    return { trackingId: answer.trackingId, notificationId: answer.notificationId };
  }

  private classify(error: unknown): Error {
    if (error instanceof TransientError || error instanceof PermanentError) return error;
    const where = `hub ${this.rule.namespace}/${this.rule.hub}`;
    const status = statusOf(error);
    if (status === undefined) {
      const code = error instanceof RestError ? error.code : undefined;
      return new TransientError(`no answer from ${where}${code ? ` (${code})` : ''}`, undefined, {
        cause: error,
      });
    }
    if (status === 400 || status === 413) {
      return new PermanentError(`${where} answered ${status} to the message`, { cause: error });
    }
    if (isTransientStatus(status)) {
      const response = error instanceof RestError ? error.response : undefined;
      const wait = retryAfterMs(response?.headers.get('retry-after'), this.clock.now());
      return new TransientError(`${where} answered ${status}`, wait, { cause: error });
    }
    if (status === 401) {
      return new TransientError(`${where} refused the key of rule ${this.rule.rule} that was read just now`);
    }
    // 403 is the quota or a missing right, 404 a hub that is gone: no event is at fault, somebody will repair it.
    return new TransientError(`${where} answered ${status}`, undefined, { cause: error });
  }
}

/** The relay's hubs: one for alerts, one more when there are VoIP pushes. */
export class Hubs implements HubSender {
  constructor(
    private readonly alert: Hub,
    private readonly voip: Hub | undefined,
  ) {}

  async send(message: HubMessage): Promise<HubReceipt> {
    const hub = message.hub === 'voip' ? this.voip : this.alert;
    if (!hub) throw new PermanentError('a VoIP push needs a VoIP hub: set RELAY_VOIP_HUB_RULE_ID');
    return hub.send(message);
  }
}

function statusOf(error: unknown): number | undefined {
  return error instanceof RestError ? error.statusCode : undefined;
}
