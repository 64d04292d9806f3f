import type { LocalRequest, LocalResponse } from '../../core/http';

/** `siteConfig.cors` of a site. */
export interface CorsSettings {
  readonly allowedOrigins?: readonly string[] | null;
  readonly supportCredentials?: boolean | null;
}

/**
 * What a Function App on Flex Consumption answers to browsers before any function, and adds to what functions answer.
 * On Linux the Functions host does this, by the site's settings: any method and any header of an allowed origin,
 * origins compared letter by letter, and preflights of whatever origin answered 204, with or without settings. Beside
 * settings, what functions say of it themselves counts for nothing.
 *
 * Sources: azure-functions-host, CorsOptionsSetup.cs (`IsAnyLinuxConsumption`) and its issue #9012; ASP.NET Core's
 * CorsMiddleware; https://learn.microsoft.com/azure/app-service/app-service-web-tutorial-rest-api
 */
export class Cors {
  constructor(private readonly settings: CorsSettings) {}

  /** The answer to a preflight; undefined when the request is none. */
  preflight({ method, headers }: LocalRequest): LocalResponse | undefined {
    const wanted = headers['access-control-request-method'];
    if (method !== 'OPTIONS' || headers.origin === undefined || wanted === undefined) return undefined;
    const granted = this.granted(headers.origin);
    const asked = headers['access-control-request-headers'];
    return {
      status: 204,
      headers: {
        ...granted,
        ...(granted && { 'access-control-allow-methods': wanted }),
        ...(granted && asked !== undefined && { 'access-control-allow-headers': asked }),
      },
      body: '',
    };
  }

  /** What an app answered to a request, as the browser gets it. */
  completed(request: LocalRequest, response: LocalResponse): LocalResponse {
    if (this.origins.length === 0) return response;
    const own = Object.entries(response.headers ?? {}).filter(
      ([name]) => !name.toLowerCase().startsWith('access-control-'),
    );
    const { origin } = request.headers;
    return {
      ...response,
      headers: { ...Object.fromEntries(own), ...(origin !== undefined && this.granted(origin)) },
    };
  }

  private get origins(): readonly string[] {
    return this.settings.allowedOrigins ?? [];
  }

  /** Headers that let pages of an origin see the answer; undefined when it is none of those that may. */
  private granted(origin: string): Record<string, string> | undefined {
    const any = this.origins.includes('*');
    if (!any && !this.origins.includes(origin)) return undefined;
    return {
      'access-control-allow-origin': any ? '*' : origin,
      ...(!any && this.origins.length > 1 && { vary: 'Origin' }),
      ...(this.settings.supportCredentials && { 'access-control-allow-credentials': 'true' }),
    };
  }
}
