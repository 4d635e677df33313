"""The camera of a phone: reads the QR code that a page shows, from a picture of the page."""

import base64

import zxingcpp
from playwright.sync_api import Page

# Python has no reader of PNG; Chromium, in a page of its own, has.
_GREYS = """async (png) => {
    const image = new Image();
    image.src = `data:image/png;base64,${png}`;
    await image.decode();
    const { width, height } = image;
    const context = new OffscreenCanvas(width, height).getContext("2d");
    context.drawImage(image, 0, 0);
    const { data } = context.getImageData(0, 0, width, height);
    const greys = new Uint8Array(width * height);
    for (let i = 0; i < greys.length; i += 1) greys[i] = (data[4 * i] + data[4 * i + 1] + data[4 * i + 2]) / 3;
    let text = "";
    for (let i = 0; i < greys.length; i += 8192) text += String.fromCharCode(...greys.subarray(i, i + 8192));
    return [width, height, btoa(text)];
}"""


def read_codes(page: Page) -> list[str]:
    """What the QR codes say that can be seen in a page."""
    picture = base64.b64encode(page.screenshot(full_page=True)).decode()
    laboratory = page.context.new_page()
    width, height, greys = laboratory.evaluate(_GREYS, picture)
    laboratory.close()
    image = memoryview(base64.b64decode(greys)).cast("B", shape=[height, width])
    return [barcode.text for barcode in zxingcpp.read_barcodes(image)]
