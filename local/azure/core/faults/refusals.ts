import { authenticationFailed } from '../arm/errors';
import { TokenError } from '../access/tokens';
import { ArmError, type LocalResponse } from '../http';
import type { FaultOf } from './fault';

/** https://learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling */
export function throttled({ retryAfterSeconds }: FaultOf<'throttled'>): LocalResponse {
  const headers = retryAfterSeconds === undefined ? undefined : { 'retry-after': String(retryAfterSeconds) };
  const message = 'Number of requests exceeded the limit. Please try again after some time.';
  return new ArmError(429, 'TooManyRequests', message, headers).toResponse();
}

export function failed({ status, code, message }: FaultOf<'failed'>): LocalResponse {
  return new ArmError(
    status,
    code ?? (status === 503 ? 'ServiceUnavailable' : 'InternalServerError'),
    message ?? `local Azure answers ${status}, as was ordered.`,
  ).toResponse();
}

export function expiredToken(): LocalResponse {
  const error = new TokenError(
    'expired',
    'The access token expiry UTC time is earlier than the current one.',
  );
  return authenticationFailed(error).toResponse();
}
