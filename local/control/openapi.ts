import { z } from 'zod';
import { takesToken, type ControlRoute } from '../azure/core/control-route';
import { version } from '../package.json';
import { WHERE_THE_TOKEN_IS } from './access-token';

/** A document of OpenAPI 3.1 (https://spec.openapis.org/oas/v3.1.0), as far as this API has use for it. */
export interface OpenApiDocument {
  readonly openapi: '3.1.0';
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, JsonSchema>>;
    readonly securitySchemes: Readonly<Record<string, JsonSchema>>;
  };
}

export interface Operation {
  readonly operationId: string;
  readonly summary: string;
  /** What a request has to carry. */
  readonly security?: readonly Readonly<Record<string, readonly string[]>>[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly required: true; readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly description: string; readonly content?: Content }>>;
}

interface Parameter {
  readonly name: string;
  readonly in: 'query';
  readonly required: boolean;
  readonly schema: JsonSchema;
}

type Content = Readonly<Record<'application/json', { readonly schema: JsonSchema }>>;
export type JsonSchema = Readonly<Record<string, unknown>>;

/** As ControlServer asks for it. */
const TOKEN = 'controlToken';
const REFUSED = {
  403: 'A page of another site asks',
  413: 'The body is too large',
  415: 'The body is not of content-type application/json',
  421: 'The Host is none of this machine’s',
};

/** Describes the operations that the routes are. */
export function describeRoutes(routes: readonly ControlRoute[]): OpenApiDocument {
  const paths: Record<string, Record<string, Operation>> = {};
  for (const route of routes) {
    (paths[route.path] ??= {})[route.method.toLowerCase()] = operation(route);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Control API of acs-push-local',
      version,
      description:
        'What no Azure has: people who call and chat, devices, looking inside, breaking things. On loopback only.',
    },
    paths,
    components: {
      schemas: {
        Error: {
          type: 'object',
          properties: { error: { type: 'string', description: 'What was expected, and what came' } },
          required: ['error'],
          additionalProperties: false,
        },
      },
      securitySchemes: {
        [TOKEN]: {
          type: 'http',
          scheme: 'bearer',
          description: `For whatever changes something or shows secrets; new at each start: ${WHERE_THE_TOKEN_IS}`,
        },
      },
    },
  };
}

function operation(route: ControlRoute): Operation {
  const { method, path, summary, query, body, answer } = route;
  const locked = takesToken(route);
  return {
    operationId: operationId(method, path),
    summary,
    ...(locked && { security: [{ [TOKEN]: [] }] }),
    ...(query && { parameters: parameters(query) }),
    ...(body && { requestBody: { required: true, content: json(schemaOf(body, 'input')) } }),
    responses: {
      ...(answer
        ? { 200: { description: 'Done', content: json(schemaOf(answer, 'output')) } }
        : { 204: { description: 'Done' } }),
      400: error('It does not fit this description, or cannot be done'),
      ...(locked && { 401: error('The token of this start is missing, or another') }),
      ...Object.fromEntries(Object.entries(REFUSED).map(([status, text]) => [status, error(text)])),
    },
  };
}

/** `POST /chat-messages` → `postChatMessages` */
function operationId(method: string, path: string): string {
  const words = path.split(/[^a-z]+/i).filter(Boolean);
  return method.toLowerCase() + words.map((word) => word[0]!.toUpperCase() + word.slice(1)).join('');
}

function parameters(query: z.ZodObject): Parameter[] {
  const { properties = {}, required = [] } = schemaOf(query, 'input') as {
    properties?: Record<string, JsonSchema>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    schema,
  }));
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
  const { $schema: _, ...described } = z.toJSONSchema(schema, { io, target: 'draft-2020-12' });
  return described;
}

function json(schema: JsonSchema): Content {
  return { 'application/json': { schema } };
}

function error(description: string) {
  return { description, content: json({ $ref: '#/components/schemas/Error' }) };
}
