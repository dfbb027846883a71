/** The English sentences about taking everything along and deleting it: strings.ts is part of the first load, this is not. */
import { count } from "../strings";

export const words = {
  remove: "Delete for good",
  removeOne: (title: string) => `Delete ${title} for good`,
  removeHeading: (title: string) => `Delete “${title}” for good?`,
  empty: "Empty the trash",
  emptyHeading: "Empty the trash?",
  warning: "This cannot be undone. Attachments go too.",
  keep: "Keep",
  removed: (title: string) => `Deleted “${title}” for good`,
  emptied: (n: number) => `Deleted ${count(n, "to-do", "to-dos")} for good`,
  emptying: (n: number) => `${count(n, "to-do", "to-dos")} deleted so far…`,
  taken: {
    heading: "Your data",
    text: "All your to-dos and attachments in one ZIP file.",
    save: "Download everything",
    cancel: "Cancel",
    progress: (n: number) => `Packing: ${count(n, "attachment", "attachments")} so far…`,
    fileName: "todo.zip",
  },
  account: {
    remove: "Delete account",
    text: "Deletes your account at once, and all your to-dos and attachments within a day.",
    heading: "Delete your account?",
    warning: "This cannot be undone, and nobody can bring anything back.",
    type: (email: string) => `To go on, enter ${email}`,
    mismatch: "That is not the e-mail of this account.",
    now: "Delete everything",
    keep: "Keep my account",
  },
};
