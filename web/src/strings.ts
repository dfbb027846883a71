/** The English sentences of the page; account/strings.ts has those of views that come later. A translation is these two files again. */
import { format } from "./formats";

/** The page's language, as it is written where the visitor is. */
export const LOCALE = globalThis.navigator?.languages?.find((one) => one.startsWith("en")) ?? "en";

export function numberText(n: number): string {
  return n < 1000 ? String(n) : format(Intl.NumberFormat, LOCALE, {}).format(n);
}

export function count(n: number, one: string, other: string): string {
  return `${numberText(n)} ${n === 1 ? one : other}`;
}

export const t = {
  app: {
    name: "Wren",
    skip: "Skip to content",
    loading: "Loading…",
    title: (page: string) => `${page} · Wren`,
    working: "One moment…",
    configFailed: "Wren could not start: its configuration did not arrive.",
    tryAgain: "Try again",
  },
  nav: { label: "Main", today: "Today", todos: "To-dos", trash: "Trash", account: "Account", help: "Keyboard shortcuts" },
  theme: {
    label: "Theme",
    system: "System",
    light: "Light",
    dark: "Dark",
    now: (theme: string) => `Theme: ${theme}. Change theme`,
  },
  connection: {
    offline: "You are offline.",
    silent: "The server does not respond.",
    busy: "The server is busy.",
    ok: "",
    kept: (n: number) =>
      n === 0
        ? "What you change is kept on this device."
        : `${count(n, "change is", "changes are")} kept on this device and sent later.`,
    stay: "This browser keeps nothing: stay on this page until your changes are sent.",
    now: "Try now",
  },
  list: {
    heading: "To-dos",
    search: "Search",
    clear: "Clear search",
    show: "Show",
    all: "All",
    open: "Open",
    done: "Completed",
    sections: { overdue: "Overdue", today: "Today", upcoming: "Upcoming", noDate: "No date", completed: "Completed" },
    complete: (title: string) => `Completed: ${title}`,
    remove: (title: string) => `Delete ${title}`,
    files: (n: number) => count(n, "attachment", "attachments"),
    hasNotes: "Has notes",
    due: (day: string) => `Due ${day}`,
    changeDue: (title: string) => `Change the due date of ${title}`,
    star: (title: string) => `Star: ${title}`,
    repeats: "Repeats",
    toToday: "Move all to today",
    todayEmptyTitle: "Nothing due today",
    todayEmptyText: "What is due today or overdue is shown here.",
    dropNew: "Drop to add a to-do with this",
    dropOn: (title: string) => `Drop to attach to “${title}”`,
    many: (n: number, more: boolean) => `${numberText(n)}${more ? "+" : ""}`,
    waiting: "Waiting to be sent",
    problem: "Not saved yet: open it to decide",
    found: (n: number, more: boolean) =>
      more ? `At least ${count(n, "to-do", "to-dos")} found` : `${count(n, "to-do", "to-dos")} found`,
    emptyTitle: "Nothing to do yet",
    emptyText: "Write down the first thing on your mind. Give it a date if it has one.",
    openEmptyTitle: "All done",
    openEmptyText: "There is nothing open. Enjoy it, or add what comes next.",
    doneEmptyTitle: "Nothing completed yet",
    doneEmptyText: "What you complete is kept here.",
    searchEmptyTitle: (word: string) => `Nothing with “${word}”`,
    searchEmptyText: "Search looks at titles, descriptions and notes. Try fewer letters.",
    failed: "The list could not be loaded.",
    printed: "There is more. Ctrl+P prints all of it.",
  },
  quick: {
    label: "Add a to-do",
    hint: "Add a to-do",
    due: "Due date",
    add: "Add",
    more: "Add with details",
    found: (day: string, words: string) => `Due ${day}, from “${words}”. Keep the words in the title`,
    keepWords: (words: string) => `Keep “${words}” in the title`,
    tooLong: (max: number) => `A title has at most ${max} characters.`,
    added: (title: string) => `Added ${title}`,
  },
  dates: { today: "Today", tomorrow: "Tomorrow", nextWeek: "Next week", presets: "Quick dates" },
  editor: { newHeading: "New to-do" },
  trash: {
    heading: "Trash",
    text: "Deleted to-dos stay here for 30 days. Then they are gone for good, with their files.",
  },
  toast: {
    label: "Notices",
    undo: "Undo",
    dismiss: "Dismiss",
    completed: (what: string) => `Completed ${what}`,
    reopened: (what: string) => `Reopened ${what}`,
    deleted: (title: string) => `Moved “${title}” to the trash`,
    restored: (title: string) => `Restored “${title}”`,
    fileDeleted: (name: string) => `Deleted “${name}”`,
    discarded: (title: string) => `Discarded “${title}”`,
    broughtBack: (title: string) => `“${title}” was in the trash; your change brought it back.`,
    notAttached: (name: string, why: string) => `“${name}” was not attached: ${why}`,
    collided: (title: string) => `“${title}” was changed on another device too. Open it to decide.`,
    refused: {
      create: (title: string, why: string) => `“${title}” was not added: ${why}`,
      change: (title: string, why: string) => `“${title}” was not changed: ${why}`,
      trash: (title: string, why: string) => `“${title}” was not deleted: ${why}`,
      restore: (title: string, why: string) => `“${title}” was not restored: ${why}`,
      trashFile: (title: string, why: string) => `The attachment of “${title}” was not deleted: ${why}`,
      restoreFile: (title: string, why: string) => `The attachment of “${title}” was not restored: ${why}`,
    },
  },
  account: { heading: "Account" },
  errors: {
    noConfig: "The configuration of this site is missing.",
    status: (status: number) => `The service answered with an error (${status}).`,
    storageRefused: "The file store refused the file.",
    uploadBroke: "The connection broke during the upload.",
    unknown: "Something went wrong. Please try again.",
    offline: "There is no connection. Please try again when you are online.",
    lost: "It is not there any more.",
    changedMeanwhile: "It was changed on another device meanwhile.",
    tooMany: "Too many tries. Please wait a while.",
    cognito: {
      NotAuthorizedException: "E-mail or password is wrong.",
      UserNotFoundException: "E-mail or password is wrong.",
      UserNotConfirmedException: "Confirm your e-mail first.",
      UsernameExistsException: "There is an account with this e-mail already. Log in instead.",
      CodeMismatchException: "That is not the code we sent. Check it, or ask for a new one.",
      ExpiredCodeException: "That code is no longer valid. Ask for a new one.",
      InvalidPasswordException: "The password does not meet every rule.",
      LimitExceededException: "Too many tries. Please wait a while.",
      TooManyRequestsException: "Too many tries. Please wait a while.",
      TooManyFailedAttemptsException: "Too many tries. Please wait a while.",
      CodeDeliveryFailureException: "The e-mail could not be sent. Check the address.",
      InvalidParameterException: "Something in the form is not right. Check what you typed.",
      PasswordHistoryPolicyViolationException: "You had this password before. Choose another one.",
    } as Record<string, string>,
    totp: {
      CodeMismatchException: "That is not the code your app shows now. Try the next one.",
      EnableSoftwareTokenMFAException: "That is not the code your app shows now. Try the next one.",
      ExpiredCodeException: "That code was used already. Wait for the next one in your app.",
    } as Record<string, string>,
  },
  notFound: { heading: "This page is not here", text: "The address may be old or mistyped.", home: "Go to your to-dos" },
};
