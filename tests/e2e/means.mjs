// Everybody's means to go through the pages: the mouse, the keyboard alone, a slow network on a slow phone, every answer
// lost once, a reload and «back» at every step.

import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { focusMoved, settled } from "./support.mjs";

const LATENCY_MS = Number(process.env.BALABAQSHA_LATENCY_MS ?? 300);
const KBIT = 1000 / 8;
/** More stops than any page has. */
const MOST_STOPS = 250;
export const SHOWN_WITHIN_MS = 90_000;

export const title = (page, name) => page.getByRole("heading", { level: 1, name });
export const link = (page, name) => page.getByRole("link", { name, exact: true });
export const button = (page, name) => page.getByRole("button", { name, exact: true });

/** Whoever points and clicks. */
class Mouse {
  constructor(page) {
    this.page = page;
  }

  /** Waits until something is there; whoever meets a failure tries again. */
  async need(locator) {
    const deadline = Date.now() + SHOWN_WITHIN_MS;
    const wanted = locator.first();
    while (!(await wanted.isVisible())) {
      if (Date.now() > deadline) {
        throw new Error(`${wanted} is missing on:\n${await this.page.locator("main").innerText()}`);
      }
      await this.again();
      await sleep(100);
    }
    return wanted;
  }

  async again() {}

  async press(locator) {
    await (await this.need(locator)).click();
  }

  async tick(locator) {
    await (await this.need(locator)).check();
  }

  async type(locator, text) {
    await (await this.need(locator)).fill(text);
  }

  async select(locator, index) {
    await (await this.need(locator)).selectOption({ index });
  }

  async file(path) {
    await this.need(this.page.getByLabel("Пароль на хранилище ключей"));
    await this.page.locator("#key-file").setInputFiles(path);
  }
}

/** Whoever has nothing but a keyboard. What has the focus must show it. */
class Keyboard extends Mouse {
  static async on(page) {
    // Listening all the time: the browser learns only after a moment that somebody waits for a file.
    page.on("filechooser", () => {});
    return new Keyboard(page);
  }

  async reach(locator) {
    const wanted = await this.need(locator);
    await focusMoved(this.page);
    for (let stop = 0; stop < MOST_STOPS; stop += 1) {
      if (await wanted.evaluate((element) => element === document.activeElement)) {
        assert.ok(await wanted.evaluate(showsFocus), `${locator} does not show the focus`);
        return;
      }
      await this.page.keyboard.press("Tab");
    }
    throw new Error(`${locator} cannot be reached with Tab`);
  }

  async press(locator) {
    await this.reach(locator);
    await this.page.keyboard.press("Enter");
  }

  async tick(locator) {
    await this.reach(locator);
    await this.page.keyboard.press("Space");
  }

  async type(locator, text) {
    await this.reach(locator);
    await this.page.keyboard.type(text);
  }

  async select(locator, index) {
    await this.reach(locator);
    for (let step = 0; step < index; step += 1) await this.page.keyboard.press("ArrowDown");
    assert.equal(await locator.evaluate((select) => select.selectedIndex), index);
  }

  async file(path) {
    await this.reach(this.page.locator("#key-file"));
    const chosen = this.page.waitForEvent("filechooser");
    await this.page.keyboard.press("Space");
    await (await chosen).setFiles(path);
  }
}

/** In the browser: the element, its label or what it stands in has a ring around it. */
function showsFocus(element) {
  const rings = (node) => {
    const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(node);
    return (outlineStyle !== "none" && outlineWidth !== "0px") || boxShadow !== "none";
  };
  for (let node = element; node !== null && node !== document.body; node = node.parentElement) {
    if (rings(node)) return true;
  }
  return [...(element.labels ?? [])].some(rings);
}

/** Whoever loses each answer once, and tries again. */
class Unlucky extends Mouse {
  static async on(page) {
    const lost = new Set();
    await page.route("**/v1/**", async (route) => {
      const request = route.request();
      const what = `${request.method()} ${new URL(request.url()).pathname}`;
      if (lost.has(what) || what.endsWith("/v1/changes")) return route.fallback();
      lost.add(what);
      // The service has done what was asked.
      await route.fetch().catch(() => {});
      await route.abort("connectionreset").catch(() => {});
    });
    const unlucky = new Unlucky(page);
    unlucky.lost = lost;
    return unlucky;
  }

  async press(locator) {
    this.last = await this.need(locator);
    await this.last.click();
    this.pressed = Date.now();
  }

  async again() {
    const retry = button(this.page, "Повторить").first();
    if (await retry.isVisible()) return retry.click({ timeout: 2_000 }).catch(() => {});
    // The failure stands beside the button that was pressed.
    const failed = await this.page.locator(".trouble:visible, [role=alert]:visible").first().isVisible();
    if (failed && this.last && Date.now() - this.pressed > 500) {
      this.pressed = Date.now();
      await this.last.click({ timeout: 2_000 }).catch(() => {});
    }
  }
}

async function slow(page) {
  const browserSide = await page.context().newCDPSession(page);
  await browserSide.send("Network.enable");
  await browserSide.send("Network.emulateNetworkConditions", {
    offline: false, latency: LATENCY_MS, downloadThroughput: 400 * KBIT, uploadThroughput: 400 * KBIT,
  });
  await browserSide.send("Emulation.setCPUThrottlingRate", { rate: 4 });
  return new Mouse(page);
}

export const SLOW = "на 400 кбит/с и вчетверо более медленном телефоне";

export const MEANS = {
  "одной клавиатурой": { by: Keyboard.on },
  [SLOW]: { by: slow },
  "когда каждый ответ теряется один раз": { by: Unlucky.on, loses: true },
  "с перезагрузкой на каждом шаге": {
    by: (page) => new Mouse(page),
    meanwhile: async ({ page }) => { await page.reload(); },
  },
  "с «назад» на каждом шаге": {
    by: (page) => new Mouse(page),
    meanwhile: async (by) => {
      const { page } = by;
      if (await page.evaluate(() => history.length) < 3) return;
      const here = page.url();
      await page.goBack();
      await by.need(page.getByRole("heading", { level: 1 }));
      await settled(page);
      await page.goForward();
      await page.waitForURL(here);
    },
  },
};

/** Goes through steps `{ open?, h1, act }` by such means. */
export async function walk(by, steps, meanwhile) {
  for (const { open, h1, act } of steps) {
    if (open) await by.page.goto(open);
    await by.need(title(by.page, h1));
    await meanwhile?.(by);
    await by.need(title(by.page, h1));
    await act(by);
  }
}
