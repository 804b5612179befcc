//! An Office file as its parts: content type, bytes and relations of each (Open Packaging Conventions, ECMA-376 part
//! 2). Written sorted by name and without a date, so that equal parts give equal bytes.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::io::{Cursor, Read, Write};

use roxmltree::Document;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use crate::io::expanded_limit;
use crate::render::escape;

/// The XML declaration of every part.
pub const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
/// The start of the relation types that Office defines.
pub const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/";
/// The relation type of the properties of a file.
pub const CORE: &str = "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties";
/// The start of the content types of the parts of a presentation.
const KIND: &str = "application/vnd.openxmlformats-officedocument.presentationml.";
/// The name of the list of content types.
const TYPES: &str = "[Content_Types].xml";
/// Maximum number of entries in a file that is read.
const PARTS: usize = 10_000;

/// The content type of a part of a presentation.
pub fn kind(word: &str) -> String {
    format!("{KIND}{word}+xml")
}

/// The target of a relation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RelationTarget {
    /// A part of the same file, by name.
    Part(String),
    /// An address outside the file.
    Outside(String),
}

/// A relation of a part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relation {
    /// Its id in the XML of the part.
    pub id: String,
    /// Its type, a URI.
    pub kind: String,
    /// Its target.
    pub target: RelationTarget,
}

impl Relation {
    /// The short name of its type after [`OFFICE`], if Office defines it.
    pub fn word(&self) -> Option<&str> {
        self.kind.strip_prefix(OFFICE)
    }
}

/// A part.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PackagePart {
    /// Its content type.
    pub kind: String,
    /// Its content.
    pub bytes: Vec<u8>,
    /// Its relations.
    pub relations: Vec<Relation>,
}

impl PackagePart {
    /// A part without relations.
    pub fn new(kind: &str, bytes: impl Into<Vec<u8>>) -> Self {
        Self { kind: kind.to_owned(), bytes: bytes.into(), relations: Vec::new() }
    }

    /// Adds a relation to a part and returns its id. `kind` is the type after [`OFFICE`].
    pub fn relate(&mut self, kind: &str, target: &str) -> String {
        let id = self.free_id();
        let target = RelationTarget::Part(target.to_owned());
        self.relations.push(Relation { id: id.clone(), kind: format!("{OFFICE}{kind}"), target });
        id
    }

    /// An id that is not in use by its relations.
    pub fn free_id(&self) -> String {
        let taken: BTreeSet<&str> = self.relations.iter().map(|r| &*r.id).collect();
        let free = (self.relations.len() + 1..).map(|i| format!("rId{i}")).find(|id| !taken.contains(&**id));
        free.unwrap_or_default()
    }

    /// The ids and targets of its relations to parts of this type, in order; `kind` is the type after [`OFFICE`].
    pub fn related<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
        let is_of = move |relation: &&Relation| relation.word() == Some(kind);
        self.relations.iter().filter(is_of).filter_map(|relation| match &relation.target {
            RelationTarget::Part(name) => Some((&*relation.id, &**name)),
            RelationTarget::Outside(_) => None,
        })
    }

    /// Its text.
    pub fn text(&self) -> String {
        let text = String::from_utf8_lossy(&self.bytes);
        text.strip_prefix('\u{feff}').unwrap_or(&text).to_owned()
    }
}

/// All parts by name, such as `ppt/presentation.xml`; the package itself has an empty name.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Package {
    parts: BTreeMap<String, PackagePart>,
}

impl Package {
    /// Reads an Office file; `None` if it is damaged, encrypted or larger than the size limit after decompression.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let mut archive = ZipArchive::new(Cursor::new(bytes)).ok()?;
        if archive.len() > PARTS {
            return None;
        }
        let mut left = expanded_limit(bytes.len());
        let mut files: BTreeMap<String, Vec<u8>> = BTreeMap::new();
        for i in 0..archive.len() {
            let file = archive.by_index(i).ok()?;
            if file.is_dir() {
                continue;
            }
            let name = file.name().ok()?.replace('\\', "/");
            if name.split('/').any(|step| step == "..") {
                return None;
            }
            let mut content = Vec::new();
            file.take(left).read_to_end(&mut content).ok()?;
            left = left.checked_sub(content.len() as u64).filter(|left| *left > 0)?;
            files.insert(name.trim_start_matches('/').to_owned(), content);
        }
        let kinds = ContentTypes::read(files.get(TYPES)?)?;
        let mut parts = BTreeMap::from([(String::new(), PackagePart::default())]);
        for (name, content) in &files {
            if name != TYPES && !is_relations(name) {
                parts.insert(name.clone(), PackagePart::new(&kinds.of(name), content.clone()));
            }
        }
        for (name, content) in files.iter().filter(|(name, _)| is_relations(name)) {
            let of = source_of(name)?;
            if let Some(part) = parts.get_mut(&of) {
                part.relations = relations(&of, content)?;
            }
        }
        Some(Self { parts })
    }

    /// The part with this name.
    pub fn get(&self, name: &str) -> Option<&PackagePart> {
        self.parts.get(name)
    }

    /// The same, mutable.
    pub fn get_mut(&mut self, name: &str) -> Option<&mut PackagePart> {
        self.parts.get_mut(name)
    }

    /// Adds a part, or replaces the one with this name.
    pub fn put(&mut self, name: &str, part: PackagePart) {
        self.parts.insert(name.to_owned(), part);
    }

    /// Adds a part under an unused name, which is returned: `ppt/media/image` and `png` give `ppt/media/image1.png`.
    pub fn add(&mut self, stem: &str, ending: &str, part: PackagePart) -> String {
        let name = (1..).map(|i| format!("{stem}{i}.{ending}")).find(|name| !self.parts.contains_key(name));
        let name = name.unwrap_or_default();
        self.put(&name, part);
        name
    }

    /// All names.
    pub fn names(&self) -> Vec<String> {
        self.parts.keys().cloned().collect()
    }

    /// Removes the parts that cannot be reached by relations.
    pub fn keep_related(&mut self) {
        let mut seen: BTreeSet<String> = BTreeSet::from([String::new()]);
        let mut open: VecDeque<String> = VecDeque::from([String::new()]);
        while let Some(name) = open.pop_front() {
            // The target of a relation may be missing.
            let relations = self.parts.get(&name).map_or(&[][..], |part| &part.relations);
            for relation in relations {
                if let RelationTarget::Part(name) = &relation.target
                    && seen.insert(name.clone())
                {
                    open.push_back(name.clone());
                }
            }
        }
        self.parts.retain(|name, _| seen.contains(name));
    }

    /// The bytes of the file.
    pub fn write(&self) -> Vec<u8> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        let deflated = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
        let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
        let mut file = |name: &str, bytes: &[u8]| {
            // Pictures and workbooks are compressed already.
            let is_packed = [".png", ".jpeg", ".jpg", ".xlsx"].iter().any(|end| name.ends_with(end));
            // Writing to memory cannot fail.
            let _ = zip.start_file(name, if is_packed { stored } else { deflated });
            let _ = zip.write_all(bytes);
        };
        file(TYPES, ContentTypes::write(&self.parts).as_bytes());
        for (name, part) in &self.parts {
            if !name.is_empty() {
                file(name, &part.bytes);
            }
            if !part.relations.is_empty() {
                file(&relations_of(name), relations_text(name, &part.relations).as_bytes());
            }
        }
        zip.finish().map(Cursor::into_inner).unwrap_or_default()
    }
}

/// The content types of a file: by extension, and of single parts.
struct ContentTypes {
    endings: BTreeMap<String, String>,
    parts: BTreeMap<String, String>,
}

impl ContentTypes {
    fn read(bytes: &[u8]) -> Option<Self> {
        let text = String::from_utf8_lossy(bytes);
        let document = Document::parse(text.trim_start_matches('\u{feff}')).ok()?;
        let mut out = Self { endings: BTreeMap::new(), parts: BTreeMap::new() };
        for node in document.root_element().children() {
            let kind = node.attribute("ContentType").unwrap_or_default().to_owned();
            if let Some(ending) = node.attribute("Extension") {
                out.endings.insert(ending.to_lowercase(), kind);
            } else if let Some(name) = node.attribute("PartName") {
                out.parts.insert(name.trim_start_matches('/').to_owned(), kind);
            }
        }
        Some(out)
    }

    fn of(&self, name: &str) -> String {
        let ending = || self.endings.get(&name.rsplit('.').next().unwrap_or_default().to_lowercase());
        self.parts.get(name).or_else(ending).cloned().unwrap_or_default()
    }

    /// Pictures and workbooks have a type by extension, all other parts by name.
    fn write(parts: &BTreeMap<String, PackagePart>) -> String {
        let ending = |name: &str| name.rsplit('.').next().unwrap_or_default().to_lowercase();
        let mut endings = BTreeMap::from([
            ("rels".to_owned(), "application/vnd.openxmlformats-package.relationships+xml".to_owned()),
            ("xml".to_owned(), "application/xml".to_owned()),
        ]);
        for (name, part) in parts.iter().filter(|(name, _)| !name.is_empty()) {
            endings.entry(ending(name)).or_insert_with(|| part.kind.clone());
        }
        let mut out = HEAD.to_owned();
        out += "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">";
        for (ending, kind) in &endings {
            out += &format!("<Default Extension=\"{}\" ContentType=\"{}\"/>", escape(ending), escape(kind));
        }
        for (name, part) in
            parts.iter().filter(|(name, part)| !name.is_empty() && endings[&ending(name)] != part.kind)
        {
            out += &format!("<Override PartName=\"/{}\" ContentType=\"{}\"/>", escape(name), escape(&part.kind));
        }
        out + "</Types>\n"
    }
}

fn is_relations(name: &str) -> bool {
    name.ends_with(".rels")
}

/// `ppt/slides/_rels/slide1.xml.rels` → `ppt/slides/slide1.xml`.
fn source_of(name: &str) -> Option<String> {
    let (folder, file) = name.rsplit_once('/').unwrap_or(("", name));
    let folder = folder.strip_suffix("_rels")?;
    Some(format!("{folder}{}", file.strip_suffix(".rels")?))
}

fn relations_of(name: &str) -> String {
    let (folder, file) = name.rsplit_once('/').map_or((String::new(), name), |(f, n)| (format!("{f}/"), n));
    format!("{folder}_rels/{file}.rels")
}

fn relations(of: &str, bytes: &[u8]) -> Option<Vec<Relation>> {
    let text = String::from_utf8_lossy(bytes);
    let document = Document::parse(text.trim_start_matches('\u{feff}')).ok()?;
    let relation = |node: roxmltree::Node<'_, '_>| {
        let target = node.attribute("Target")?;
        Some(Relation {
            id: node.attribute("Id")?.to_owned(),
            kind: node.attribute("Type")?.to_owned(),
            target: match node.attribute("TargetMode") {
                Some("External") => RelationTarget::Outside(target.to_owned()),
                _ => RelationTarget::Part(resolved(of, target)),
            },
        })
    };
    document.root_element().children().filter(|node| node.is_element()).map(relation).collect()
}

/// The name of the part that the part `of` refers to by this path.
fn resolved(of: &str, path: &str) -> String {
    if let Some(path) = path.strip_prefix('/') {
        return path.to_owned();
    }
    let mut folder: Vec<&str> = of.split('/').collect();
    folder.pop();
    for step in path.split('/') {
        match step {
            "." => {}
            ".." => drop(folder.pop()),
            step => folder.push(step),
        }
    }
    folder.join("/")
}

/// The path by which the part `of` refers to another part.
fn path_to(of: &str, name: &str) -> String {
    let (from, to): (Vec<&str>, Vec<&str>) = (of.split('/').collect(), name.split('/').collect());
    let shared = from.iter().zip(&to).take(from.len().min(to.len()) - 1).take_while(|(a, b)| a == b).count();
    let up = (shared + 1..from.len()).map(|_| "..");
    up.chain(to[shared..].iter().copied()).collect::<Vec<_>>().join("/")
}

fn relations_text(of: &str, relations: &[Relation]) -> String {
    let mut out = HEAD.to_owned();
    out += "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">";
    for relation in relations {
        let (target, mode) = match &relation.target {
            RelationTarget::Part(name) => (path_to(of, name), ""),
            RelationTarget::Outside(address) => (address.clone(), " TargetMode=\"External\""),
        };
        let [id, kind, target] = [&*relation.id, &*relation.kind, &*target].map(escape);
        out += &format!("<Relationship Id=\"{id}\" Type=\"{kind}\" Target=\"{target}\"{mode}/>");
    }
    out + "</Relationships>\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_lead_from_part_to_part() {
        for (of, path, wanted) in [
            ("ppt/slides/slide1.xml", "../media/image1.png", "ppt/media/image1.png"),
            ("ppt/presentation.xml", "slides/slide1.xml", "ppt/slides/slide1.xml"),
            ("", "ppt/presentation.xml", "ppt/presentation.xml"),
            ("ppt/slides/slide1.xml", "slide2.xml", "ppt/slides/slide2.xml"),
            ("ppt/charts/chart1.xml", "../embeddings/book.xlsx", "ppt/embeddings/book.xlsx"),
        ] {
            assert_eq!(resolved(of, path), wanted, "{of}");
            assert_eq!(path_to(of, wanted), path, "{of}");
        }
        assert_eq!(resolved("ppt/slides/slide1.xml", "/ppt/media/a.png"), "ppt/media/a.png");
    }

    #[test]
    fn a_package_round_trips_without_unreachable_parts() {
        let mut package = Package::default();
        let mut root = PackagePart::default();
        root.relate("officeDocument", "ppt/presentation.xml");
        package.put("", root);
        let mut main = PackagePart::new("application/x-main+xml", "<a/>");
        main.relations.push(Relation {
            id: "rId9".to_owned(),
            kind: format!("{OFFICE}hyperlink"),
            target: RelationTarget::Outside("https://example.org/?a&b".to_owned()),
        });
        let picture = package.add("ppt/media/image", "png", PackagePart::new("image/png", vec![1, 2]));
        assert_eq!(main.relate("image", &picture), "rId2");
        assert_eq!(main.relate("image", &picture), "rId3");
        package.put("ppt/presentation.xml", main);
        package.put("ppt/alone.xml", PackagePart::new("application/x-alone+xml", "<b/>"));
        package.keep_related();
        assert!(package.get("ppt/alone.xml").is_none());
        // A relation with a missing target does not end the search.
        let mut broken = package.clone();
        broken.get_mut("ppt/presentation.xml").unwrap().relations.insert(
            0,
            Relation {
                id: "rId0".to_owned(),
                kind: format!("{OFFICE}image"),
                target: RelationTarget::Part("NULL".to_owned()),
            },
        );
        broken.keep_related();
        assert!(broken.get(&picture).is_some());
        let bytes = package.write();
        assert_eq!(Package::read(&bytes).as_ref(), Some(&package));
        assert_eq!(package.write(), bytes);
        assert_eq!(Package::read(b"PK"), None);
        assert_eq!(Package::read(&bytes[..bytes.len() / 2]), None);
    }
}
