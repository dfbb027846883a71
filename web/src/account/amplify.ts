/** What the account view asks of Amplify: no part of ../cognito.ts, so that the log-in does not wait for it. */
import "../cognito"; // What both need is built into its file, not into a third one.

export {
  confirmUserAttribute,
  deleteUser,
  fetchMFAPreference,
  setUpTOTP,
  updateMFAPreference,
  updatePassword,
  updateUserAttribute,
  verifyTOTPSetup,
} from "aws-amplify/auth";
