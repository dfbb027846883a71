/** The main journeys in Firefox, over WebDriver BiDi: tests/web/test_firefox.py starts it and looks at what the API has then.
 * node firefox.js FIREFOX ADDRESS EMAIL PASSWORD FILE PICTURE; a failure leaves PICTURE. */
import { launch } from "puppeteer-core";

const [, , executablePath, address, email, password, file, picture] = process.argv;

const browser = await launch({
  browser: "firefox",
  executablePath,
  defaultViewport: { width: 1280, height: 800 },
});
const page = await browser.newPage();
page.setDefaultTimeout(30_000);
const complaints = [];
page.on("console", (message) => {
  if (["error", "warn"].includes(message.type())) complaints.push(message.text());
});
page.on("pageerror", (error) => complaints.push(String(error)));

const labelled = (label) => page.locator(`[aria-label="${label}"]`);
/** The element of this selector that shows these words, once it does. */
const showing = (selector, words) =>
  page.waitForFunction(
    (all, text) => [...document.querySelectorAll(all)].find((one) => one.checkVisibility() && one.textContent.includes(text)),
    {},
    selector,
    words,
  );
const press = async (selector, words) => (await showing(selector, words)).click();
const add = async (title) => {
  await labelled("Add a to-do").fill(title);
  await page.keyboard.press("Enter");
  await showing(".row", title);
};

try {
  await page.goto(address);
  await page.locator("[type=email]").fill(email);
  await page.locator("[type=password]").fill(password);
  await page.keyboard.press("Enter");
  await showing(".empty", "Nothing to do yet");

  await add("Water the plants");
  await add("Book the dentist");

  await press(".row-title", "Book the dentist");
  await press(".pane button", "Add a due date");
  await press(".pane .chips button", "Today");
  await page.locator(".notes-input").fill("Ask for an early hour");
  await showing(".save-state", "Saved");
  const chooser = await page.waitForSelector("input[type=file]");
  await chooser.uploadFile(file);
  await page.locator(".file a[download]").wait();
  await labelled("Close").click();

  await labelled("Completed: Book the dentist").click();
  await showing(".section.completed", "Book the dentist");

  await press(".row-title", "Water the plants");
  await press(".pane-foot button", "Delete");
  await showing(".toast", "to the trash");
  await page.goto(`${address}/trash`);
  await labelled("Restore Water the plants").wait();
  if (complaints.length > 0) throw new Error(`The console complained:\n${complaints.join("\n")}`);
} catch (error) {
  await page.screenshot({ path: picture });
  console.error(complaints.join("\n"));
  throw error;
} finally {
  await browser.close();
}
