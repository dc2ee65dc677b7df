// A4 in points, and a margin.
const [width, height, margin] = [595, 842, 18]

/** A PDF of one page of A4 that has a JPEG in it, as large as it fits. */
export function jpegPDF(jpeg: Uint8Array<ArrayBuffer>, w: number, h: number): Blob {
  const landscape = w > h
  const [pw, ph] = landscape ? [height, width] : [width, height]
  const scale = Math.min((pw - 2 * margin) / w, (ph - 2 * margin) / h)
  const [dw, dh] = [w * scale, h * scale]
  const draw = `q ${dw.toFixed(2)} 0 0 ${dh.toFixed(2)} ${((pw - dw) / 2).toFixed(2)} ${((ph - dh) / 2).toFixed(2)} cm /I Do Q`
  const parts: BlobPart[] = []
  const places: number[] = []
  let size = 0
  const put = (part: string | Uint8Array<ArrayBuffer>) => {
    parts.push(part)
    size += part.length // what is text here is ASCII
  }
  const object = (text: string, stream?: Uint8Array<ArrayBuffer> | string) => {
    places.push(size)
    put(`${places.length} 0 obj\n${text}\n`)
    if (stream !== undefined) {
      put('stream\n')
      put(stream)
      put('\nendstream\n')
    }
    put('endobj\n')
  }
  put('%PDF-1.4\n')
  object('<</Type/Catalog/Pages 2 0 R>>')
  object('<</Type/Pages/Kids[3 0 R]/Count 1>>')
  object(`<</Type/Page/Parent 2 0 R/MediaBox[0 0 ${pw} ${ph}]/Contents 4 0 R/Resources<</XObject<</I 5 0 R>>>>>>`)
  object(`<</Length ${draw.length}>>`, draw)
  object(`<</Type/XObject/Subtype/Image/Width ${w}/Height ${h}/ColorSpace/DeviceRGB/BitsPerComponent 8/Filter/DCTDecode/Length ${jpeg.length}>>`, jpeg)
  const table = size
  put(`xref\n0 ${places.length + 1}\n0000000000 65535 f \n${places.map((p) => `${String(p).padStart(10, '0')} 00000 n \n`).join('')}`)
  put(`trailer\n<</Size ${places.length + 1}/Root 1 0 R>>\nstartxref\n${table}\n%%EOF\n`)
  return new Blob(parts, { type: 'application/pdf' })
}

/** Makes a PDF of a picture; upright as its camera says, and no finer than a fax is. */
export async function imagePDF(file: Blob): Promise<Blob> {
  const picture = await createImageBitmap(file, { imageOrientation: 'from-image' })
  const scale = Math.min(1, 2300 / Math.max(picture.width, picture.height))
  const c = document.createElement('canvas')
  c.width = Math.max(1, Math.round(picture.width * scale))
  c.height = Math.max(1, Math.round(picture.height * scale))
  const g = c.getContext('2d')!
  g.fillStyle = '#fff' // what is transparent is paper
  g.fillRect(0, 0, c.width, c.height)
  g.drawImage(picture, 0, 0, c.width, c.height)
  picture.close()
  const jpeg = await new Promise<Blob>((resolve, reject) => c.toBlob((b) => (b ? resolve(b) : reject(new Error('no picture'))), 'image/jpeg', 0.9))
  return jpegPDF(new Uint8Array(await jpeg.arrayBuffer()), c.width, c.height)
}
