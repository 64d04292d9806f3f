import { publishPackage } from './publish-package';

/**
 * The program that Terraform's local-exec runs to publish the code of a Function App, with PUBLISH_HOST (the app's
 * default host name), PUBLISH_PACKAGE (path of the zip) and PUBLISH_FUNCTION_APP (the app's ARM id).
 */
const { PUBLISH_HOST, PUBLISH_PACKAGE, PUBLISH_FUNCTION_APP } = process.env;
if (!PUBLISH_HOST || !PUBLISH_PACKAGE) {
  process.stderr.write(
    'publish: set PUBLISH_HOST (host name of the Function App) and PUBLISH_PACKAGE (path of the zip)\n',
  );
  process.exitCode = 2;
} else {
  publishPackage(PUBLISH_HOST, PUBLISH_PACKAGE, {
    environment: process.env,
    ...(PUBLISH_FUNCTION_APP && { functionAppId: PUBLISH_FUNCTION_APP }),
  })
    .catch((error: Error) => {
      process.stderr.write(
        `publish: ${error.message}\nThe Function App is there without its code: put this right and deploy again.\n`,
      );
      process.exitCode = 1;
    })
    // A connection that a proxy never opened is not closed with its request, and nobody waits for it.
    .finally(() => process.exit());
}
