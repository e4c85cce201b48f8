// What a camera sees, for Chromium's fake video capture: the page of a real paper, as it lies on a table.

import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const WIDTH = 640;
const HEIGHT = 480;
const TABLE = 90;

/** The first page of a PDF in shades of grey, with the place of the QR code on it cut out by `part` of its size. */
export async function pictureOf(pdf, dpi = 150) {
  const folder = await mkdtemp(join(tmpdir(), "balabaqsha-paper-"));
  try {
    const file = join(folder, "paper.pdf");
    await writeFile(file, pdf);
    await run("pdftoppm", ["-gray", "-r", String(dpi), "-f", "1", "-l", "1", "-singlefile", file, join(folder, "page")]);
    const bytes = await readFile(join(folder, "page.pgm"));
    const [, width, height] = bytes.subarray(0, 40).toString("latin1").match(/^P5\s+(\d+)\s+(\d+)\s+255\s/);
    const size = Number(width) * Number(height);
    return { width: Number(width), height: Number(height), shades: bytes.subarray(bytes.length - size) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** One picture as a film. `degrees` tilt the paper, `light` dims it, and where `torn` says so nothing of it is left. */
export function film(picture, { degrees = 0, light = 1, center, scale = 1, torn = () => false } = {}) {
  const [sin, cos] = [Math.sin(degrees * Math.PI / 180), Math.cos(degrees * Math.PI / 180)];
  const [middleX, middleY] = center ?? [picture.width / 2, picture.height / 2];
  const luma = Buffer.alloc(WIDTH * HEIGHT);
  for (let y = 0; y < HEIGHT; y += 1) {
    for (let x = 0; x < WIDTH; x += 1) {
      const [dx, dy] = [(x - WIDTH / 2) * scale, (y - HEIGHT / 2) * scale];
      const [fromX, fromY] = [Math.round(middleX + dx * cos - dy * sin), Math.round(middleY + dx * sin + dy * cos)];
      const outside = fromX < 0 || fromY < 0 || fromX >= picture.width || fromY >= picture.height;
      const shade = outside || torn(fromX, fromY) ? TABLE : picture.shades[fromY * picture.width + fromX];
      luma[y * WIDTH + x] = Math.round(16 + shade * light * 219 / 255);
    }
  }
  const chroma = Buffer.alloc(WIDTH * HEIGHT / 2, 128);
  const frame = Buffer.concat([Buffer.from("FRAME\n"), luma, chroma]);
  const header = Buffer.from(`YUV4MPEG2 W${WIDTH} H${HEIGHT} F10:1 Ip A1:1 C420jpeg\n`);
  return Buffer.concat([header, ...Array(10).fill(frame)]);
}

/** The middle of the QR code: where dark and light change most often and are about as much. */
export function codeOn(picture, side = 160) {
  let best = { changes: -1, at: [0, 0] };
  const step = side / 8;
  for (let y = 0; y + side <= picture.height; y += step) {
    for (let x = 0; x + side <= picture.width; x += step) {
      let [dark, changes] = [0, 0];
      for (let i = 0; i < side; i += 2) {
        let before = false;
        for (let j = 0; j < side; j += 1) {
          const now = picture.shades[(y + i) * picture.width + x + j] < 128;
          if (now) dark += 1;
          if (now !== before) changes += 1;
          before = now;
        }
      }
      const share = dark / (side * side / 2);
      if (share > 0.35 && share < 0.65 && changes > best.changes) {
        best = { changes, at: [x + side / 2, y + side / 2] };
      }
    }
  }
  return best.at;
}
