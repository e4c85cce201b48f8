// The contrast of text as the browser computes it: the colour of the text over every layer behind
// it, gradients included. axe leaves text over gradients and the text of inputs undecided.

/**
 * Contrast ratios (WCAG 2.2, 1.4.3) of elements of the page: the lowest over all colours that can
 * stand behind the text. `pseudo` names a pseudo-element, such as `::placeholder`.
 */
export function contrast(locator, pseudo = null) {
  return locator.evaluate((element, pseudo) => {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = 1;
    const context = canvas.getContext("2d", { willReadFrequently: true });
    /** Any colour of CSS as red, green, blue (0 to 255) and alpha (0 to 1). */
    const channels = (colour) => {
      context.clearRect(0, 0, 1, 1);
      context.fillStyle = colour;
      context.fillRect(0, 0, 1, 1);
      const [red, green, blue, alpha] = context.getImageData(0, 0, 1, 1).data;
      return [red, green, blue, alpha / 255];
    };
    const over = ([r, g, b, alpha], below) =>
      [r, g, b].map((channel, index) => channel * alpha + below[index] * (1 - alpha)).concat(1);
    const luminance = (colour) => {
      const [r, g, b] = colour.map((channel) => {
        const part = channel / 255;
        return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const ratio = (one, other) => {
      const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
      return (light + 0.05) / (dark + 0.05);
    };

    // The layers behind the text, the nearest first, up to the first that lets nothing through.
    const layers = [];
    for (let node = element; node; node = node.parentElement) {
      const style = getComputedStyle(node);
      const image = style.backgroundImage;
      if (image.includes("url(")) throw new Error(`an image behind the text: ${image}`);
      const stops = image.includes("gradient(")
        ? image.match(/(?:rgba?|hsla?|color|oklab|oklch|lab|lch)\([^)]*\)|#[0-9a-f]{3,8}/gi).map(channels)
        : [];
      const ground = channels(style.backgroundColor);
      if (stops.length > 0) layers.push(stops);
      if (ground[3] > 0) layers.push([ground]);
      if (ground[3] === 1 || (stops.length > 0 && stops.every((stop) => stop[3] === 1))) break;
    }
    let grounds = [[255, 255, 255, 1]];
    for (const layer of layers.reverse()) {
      grounds = layer.flatMap((colour) => grounds.map((below) => over(colour, below)));
    }
    const text = getComputedStyle(element, pseudo);
    const colour = channels(text.color);
    colour[3] *= Number(text.opacity);
    return Math.min(...grounds.map((ground) => ratio(over(colour, ground), ground)));
  }, pseudo);
}
