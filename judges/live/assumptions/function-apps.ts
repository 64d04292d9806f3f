import type { Assumption } from '../assumption';

const NEEDS_APP =
  'needs an app that is published and answers, which takes longer than all the rest of the kit together';

/** Function Apps on Flex Consumption. */
export const functionApps: readonly Assumption[] = [
  {
    id: 'running-without-its-package',
    behaviour:
      'A Function App goes on with the package that it runs when the container of the package is deleted',
    doubt: 'an instance that starts afterwards finds no code; published again, either is right',
    call: '`DELETE {account}/blobServices/default/containers/{name}?api-version=2023-05-01` of the container of a running app, then requests to it, for an hour: when is the first 503 or 404?',
    kit: { unsettled: NEEDS_APP },
  },
  {
    id: 'updates-of-apps',
    behaviour:
      'An update of a Function App by `Recreate` lets requests wait for the new instance; one by `RollingUpdate` drains the old instance once the new one serves, so that an app on one instance has no pause',
    doubt:
      'documented is that `Recreate` and an app on one instance have a short downtime, not what callers see of it; and that draining and starting do not wait for each other',
    call: '`POST https://{app}.scm.azurewebsites.net/api/publish?RemoteBuild=false` while a request comes each second: status and duration of each, by both strategies',
    kit: { unsettled: NEEDS_APP },
  },
  {
    id: 'app-configurations',
    behaviour:
      'A Function App with Node.js other than 22 and 24, with more instances ready than `maximumInstanceCount`, or ready for other than `http`, `blob`, `durable` and `function:{name}`, is refused (400)',
    doubt: "versions and names are documented, azurerm refuses the sum; Azure's own answers are not known",
    call: '`PUT {group}/providers/Microsoft.Web/sites/{name}?api-version=2023-12-01` with each of the three in `properties.functionAppConfig`: status',
    kit: {
      unsettled:
        'what is not refused is made, and answers to it depend on what the region offers that day; three PUTs by hand are sooner done',
    },
  },
  {
    id: 'cors-of-apps',
    behaviour:
      'CORS of a Function App: preflights of any origin end with 204 before the functions, also without settings; origins are compared letter by letter; `Access-Control-*` headers of functions are dropped beside settings',
    doubt:
      'read out of the Functions host, which does it on Linux Consumption plans (CorsOptionsSetup.cs), and documented for App Service; the article on Flex Consumption said in its preview that CORS is not supported, and since then nothing',
    call: '`OPTIONS https://{app}.azurewebsites.net/api/{function}` with `Origin` and `Access-Control-Request-Method`, with and without `siteConfig.cors`: status and `Access-Control-*`',
    kit: { unsettled: NEEDS_APP },
  },
  {
    id: 'publishing-by-token',
    behaviour: '`/api/publish` takes a bearer token while basic publishing is off',
    doubt: "Azure's tools do so; no page promises it",
    call: '`POST https://{app}.scm.azurewebsites.net/api/publish?RemoteBuild=false` with a token of `https://management.azure.com` on an app whose `basicPublishingCredentialsPolicies/scm` says `allow: false`: status',
    kit: { unsettled: NEEDS_APP },
  },
  {
    id: 'log-categories-of-apps',
    behaviour:
      'Log categories of a Function App are `FunctionAppLogs` and `AppServiceAuthenticationLogs`; `allLogs` is a group of every type with logs, `audit` of those with a category of audits',
    doubt: 'the page of Microsoft.Web/sites lists those of all kinds of apps together, and none lists groups',
    call: '`GET {app}/providers/Microsoft.Insights/diagnosticSettingsCategories?api-version=2021-05-01-preview`: `name` and `properties.categoryGroups` of each',
    kit: { unsettled: 'needs a Function App; the call itself is one' },
  },
];
