/** What registering, a forgotten password and the account view ask of Amplify: the log-in, with ../cognito.ts, does not wait for it. */
import "./cognito"; // What both need is built into its file, not into a third one.

export {
  confirmResetPassword,
  confirmSignUp,
  confirmUserAttribute,
  deleteUser,
  fetchMFAPreference,
  resendSignUpCode,
  resetPassword,
  setUpTOTP,
  signUp,
  updateMFAPreference,
  updatePassword,
  updateUserAttribute,
  verifyTOTPSetup,
} from "aws-amplify/auth";
