const { readFileSync } = require('node:fs');
const { request } = require('node:https');

/** Asks a host of Azure's at local Azure, with nothing but what Node has. */
function ask({ https, certificateFile }, method, url, { token, type, body } = {}) {
  const { host, pathname, search } = new URL(url);
  return new Promise((resolve, reject) => {
    const asking = request({
      ...{ method, host: '127.0.0.1', port: new URL(https).port, path: pathname + search },
      ...{ servername: host, ca: readFileSync(certificateFile) },
      headers: {
        host,
        ...(token && { authorization: `Bearer ${token}` }),
        ...(body && {
          'content-type': type ?? 'application/json',
          'content-length': Buffer.byteLength(body),
        }),
      },
    });
    asking.on('error', reject);
    asking.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (more) => (text += more));
      response.on('end', () => resolve({ status: response.statusCode, body: text && JSON.parse(text) }));
    });
    asking.end(body);
  });
}

/** Asks Azure Resource Manager as the deployer. */
exports.arm = async ({ endpoints, environment }, method, path, apiVersion, body) => {
  const login = `https://login.microsoftonline.com/${endpoints.tenantId}/oauth2/v2.0/token`;
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: environment.ARM_CLIENT_ID,
    client_secret: environment.ARM_CLIENT_SECRET,
    scope: 'https://management.azure.com/.default',
  });
  const type = 'application/x-www-form-urlencoded';
  const signedIn = await ask(endpoints, 'POST', login, { type, body: form.toString() });
  const url = `https://management.azure.com/subscriptions/${endpoints.subscriptionId}${path}?api-version=${apiVersion}`;
  return ask(endpoints, method, url, {
    token: signedIn.body.access_token,
    body: body && JSON.stringify(body),
  });
};
