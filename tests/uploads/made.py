"""Pictures and PDF files as people make them, each with something planted in it that nobody sees."""

import io
import zlib

import pikepdf
import pypdf
import typst
from pikepdf import Array, Dictionary, Name, String
from PIL import ExifTags, Image, ImageCms, PngImagePlugin
from pypdf.generic import DecodedStreamObject, NameObject

SECRET = "HEMMELIG"  # stands in all that is planted, and in nothing that is to be seen
CAMERA, PLACE = f"{SECRET} kamera", (55.0, 40.0, 33.6)
SEEN = "Det ser enhver"


def saved(thing, *args, **kwargs):
    made = io.BytesIO()
    thing.save(made, *args, **kwargs)
    return made.getvalue()


# --- Pictures ---------------------------------------------------------------------------------------------------------


def photo(orientation=1, size=(40, 20), **extra):
    """A JPEG with camera and position, red all over."""
    exif = Image.Exif()
    exif[ExifTags.Base.Model], exif[ExifTags.Base.Orientation] = CAMERA, orientation
    exif[ExifTags.Base.Artist] = f"{SECRET} fotograf"
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitude] = PLACE
    return saved(Image.new("RGB", size, "red"), "JPEG", exif=exif, **extra)


def photo_with_more():
    """With descriptions (XMP), a comment, a small copy of itself, and a second picture after its end."""
    xmp = f"<x:xmpmeta xmlns:x='adobe:ns:meta/'>{SECRET}</x:xmpmeta>".encode()
    content = photo(xmp=xmp, comment=f"taget af {SECRET}".encode())
    small = b"JFXX\x00\x13" + SECRET.encode()
    return (
        content[:2]
        + b"\xff\xe0"
        + (len(small) + 2).to_bytes(2, "big")
        + small
        + content[2:]
        + SECRET.encode()
        + photo()
    )


def drawing(**extra):
    """A PNG, blue all over, with texts in all four ways that there are."""
    info = PngImagePlugin.PngInfo()
    info.add_text("Author", f"{SECRET} tegner")
    info.add_text("Comment", SECRET * 20, zip=True)
    info.add_itxt("Titel", SECRET, zip=True)
    exif = Image.Exif()
    exif[ExifTags.Base.Software] = f"{SECRET} program"
    return saved(Image.new("RGB", (30, 10), "blue"), "PNG", pnginfo=info, exif=exif, **extra)


def drawing_with_a_profile():
    """Its colours are described in a profile that bears a name."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    plain, named = ("sRGB built-in".encode("utf-16-be"), f"{SECRET} prof".encode("utf-16-be"))
    assert plain in profile
    made = saved(Image.new("RGB", (30, 10), "blue"), "PNG", icc_profile=profile.replace(plain, named))
    return made + b"efter slutningen: " + SECRET.encode()


# --- PDF --------------------------------------------------------------------------------------------------------------


def pages(*texts):
    """A PDF with a page for each text; the font is called as some scripts are."""
    pdf = pikepdf.new()
    font = pdf.make_indirect(Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica))
    for text in texts:
        pdf.add_blank_page(page_size=(300, 300))
        page = pdf.pages[-1].obj
        page.Resources = Dictionary(Font=Dictionary(AA=font))
        page.Contents = pdf.make_stream(f"BT /AA 12 Tf 20 200 Td ({text}) Tj ET".encode("latin-1"))
    return pdf


def note(pdf, kind, **more):
    return pdf.make_indirect(
        Dictionary(Type=Name.Annot, Subtype=Name(f"/{kind}"), Rect=Array([10, 10, 60, 60]), **more)
    )


def appearance(pdf, text, **more):
    form = pdf.make_stream(f"BT /F 10 Tf 2 2 Td ({text}) Tj ET".encode())
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    form.Type, form.Subtype, form.BBox = Name.XObject, Name.Form, Array([0, 0, 50, 50])
    form.Resources = Dictionary(Font=Dictionary(F=font))
    for key, value in more.items():
        form[f"/{key}"] = value
    return Dictionary(N=form)


def pdf_with_properties():
    pdf = pages(SEEN)
    pdf.docinfo["/Author"], pdf.docinfo["/Title"] = f"{SECRET} forfatter", f"{SECRET} udkast 3"
    pdf.docinfo["/Company"] = SECRET
    with pdf.open_metadata() as metadata:
        metadata["dc:creator"], metadata["xmp:CreatorTool"] = [SECRET], SECRET
    pdf.pages[0].obj.Metadata = pdf.make_stream(f"<x>{SECRET}</x>".encode())
    pdf.pages[0].obj.LastModified = String(f"{SECRET} i går")
    return saved(pdf)


def pdf_with_attachments():
    pdf = pages(SEEN)
    pdf.attachments["bilag.txt"] = SECRET.encode()
    stored = pdf.make_stream(f"{SECRET} regneark".encode() * 9)
    spec = pdf.make_indirect(Dictionary(Type=Name.Filespec, F=String(f"{SECRET}.xlsx"), EF=Dictionary(F=stored)))
    pdf.Root.AF = Array([spec])
    pdf.pages[0].obj.Annots = Array([note(pdf, "FileAttachment", FS=spec, Contents=String(SECRET))])
    return saved(pdf)


def pdf_with_comments():
    """A marked passage by somebody, with an answer in a window, a stamp that shows, and one that is hidden."""
    pdf = pages(SEEN)
    by = {"T": String(f"{SECRET} læser"), "Contents": String(f"{SECRET}: er det rigtigt?")}
    mark = note(pdf, "Highlight", AP=appearance(pdf, "markeret"), **by)
    window = note(pdf, "Popup", Parent=mark)
    mark.Popup = window
    pdf.pages[0].obj.Annots = Array(
        [
            note(pdf, "Text", **by),
            mark,
            window,
            note(pdf, "Stamp", AP=appearance(pdf, "VEDTAGET", LastModified=String(SECRET)), **by),
            note(pdf, "FreeText", AP=appearance(pdf, f"{SECRET}"), F=2, **by),
            note(pdf, "Link", A=Dictionary(S=Name.URI, URI=String("https://www.eksempel.dk/")), T=by["T"]),
            note(pdf, "Link", A=Dictionary(S=Name.URI, URI=String(f"file:///C:/{SECRET}/notat.docx"))),
        ]
    )
    return saved(pdf)


def pdf_with_scripts():
    pdf = pages(SEEN, SEEN)
    script = Dictionary(S=Name.JavaScript, JS=String(f"app.alert('{SECRET}')"))
    pdf.Root.OpenAction = script
    pdf.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array([String("a"), script])))
    pdf.pages[0].obj.AA = Dictionary(O=script)
    run = Dictionary(S=Name.Launch, F=String(f"C:/{SECRET}.exe"))
    pdf.pages[0].obj.Annots = Array([note(pdf, "Link", A=run)])
    with pdf.open_outline() as outline:
        outline.root.append(pikepdf.OutlineItem("Side 2", 1))
    pdf.Root.Outlines.First.A = Dictionary(S=Name.GoToR, F=String(f"{SECRET}.pdf"), Next=script)
    return saved(pdf)


def pdf_with_an_earlier_version():
    """A program that saves by adding at the end: what was written over is still in the file."""
    made = io.BytesIO()
    writer = pypdf.PdfWriter(io.BytesIO(saved(pages(f"{SECRET} i det tidligere udkast"))), incremental=True)
    stream = DecodedStreamObject()
    stream.set_data(f"BT /AA 12 Tf 20 200 Td ({SEEN}) Tj ET".encode())
    writer.pages[0][NameObject("/Contents")] = writer._add_object(stream)
    writer.write(made)
    return made.getvalue()


def pdf_with_pictures():
    """A photo with all that it had as a file, as it is and packed once more; small copies; what a program keeps."""
    pdf = pages(SEEN)
    page = pdf.pages[0].obj
    content = photo(size=(40, 40))
    for name, data, chain in (
        ("Im1", content, Name.DCTDecode),
        ("Im2", zlib.compress(content), Array([Name.FlateDecode, Name.DCTDecode])),
    ):
        picture = pikepdf.Stream(
            pdf, data, Type=Name.XObject, Subtype=Name.Image, Width=40, Height=40, BitsPerComponent=8,
            ColorSpace=Name.DeviceRGB, Filter=chain,
        )  # fmt: skip
        picture.Metadata = pdf.make_stream(f"<x>{SECRET}</x>".encode())
        page.Resources["/XObject"] = page.Resources.get("/XObject", Dictionary())
        page.Resources.XObject[f"/{name}"] = pdf.make_indirect(picture)
    page.Contents = pdf.make_stream(
        f"BT /AA 12 Tf 20 200 Td ({SEEN}) Tj ET q 50 0 0 50 20 20 cm /Im1 Do Q q 50 0 0 50 90 20 cm /Im2 Do Q".encode()
    )
    page.Thumb = pdf.make_stream(f"{SECRET} lille udgave".encode())
    page.PieceInfo = Dictionary(Program=Dictionary(Private=String(SECRET)))
    page.VP = Array([Dictionary(Type=Name.Viewport, Measure=Dictionary(GPTS=Array([55.6, 12.5]), Name=String(SECRET)))])
    return saved(pdf)


def pdf_with_a_form():
    """Filled in and signed: what is written in the fields shows, the signer's certificate and a hidden field do not."""
    pdf = pages(SEEN)
    text = {"FT": Name.Tx, "V": String("Udfyldt"), "TU": String(f"{SECRET} hjælp")}
    field = note(pdf, "Widget", T=String("navn"), AP=appearance(pdf, "Udfyldt"), **text)
    unseen = note(pdf, "Widget", T=String("skjult"), FT=Name.Tx, V=String(SECRET), F=2)
    signature = Dictionary(Type=Name.Sig, Name=String(f"{SECRET} underskriver"), Contents=String(SECRET * 9))
    signed = note(pdf, "Widget", T=String("underskrift"), FT=Name.Sig, V=pdf.make_indirect(signature))
    pdf.pages[0].obj.Annots = Array([field, unseen, signed])
    pdf.Root.AcroForm = Dictionary(Fields=Array([field, unseen, signed]), SigFlags=3)
    return saved(pdf)


def tagged_pdf():
    """As our own reports are: with structure and language for screen readers; and with an author."""
    source = f'#set document(title: "{SECRET}", author: "{SECRET}")\n#set text(lang: "da")\n= Overskrift\n{SEEN}'
    return typst.compile(source.encode(), format="pdf", pdf_standards=["ua-1"])
