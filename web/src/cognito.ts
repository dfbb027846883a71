/** Cognito through aws-amplify/auth. Only session.ts imports this, lazily: it is the largest part of the page. */
import { Amplify } from "aws-amplify";
import { ConsoleLogger } from "aws-amplify/utils";
import { config } from "./config";

export { confirmSignIn, fetchAuthSession, signIn, signOut } from "aws-amplify/auth";

export function configure(): void {
  ConsoleLogger.LOG_LEVEL = "ERROR"; // Its warning about an endpoint of one's own says nothing to a visitor.
  const { userPoolId, clientId, cognitoEndpoint } = config();
  Amplify.configure({
    Auth: {
      Cognito: {
        userPoolId,
        userPoolClientId: clientId,
        ...(cognitoEndpoint === null ? {} : { userPoolEndpoint: cognitoEndpoint }),
      },
    },
  });
}
