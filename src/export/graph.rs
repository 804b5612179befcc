//! The flow graph for other programs: GraphML for network analysis, GeoJSON for maps.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use geojson::{Feature, FeatureCollection, Geometry, GeometryValue, JsonObject, Position};
use petgraph_graphml::GraphMl;

use super::tables::{csv_bytes, parquet_bytes};
use crate::error::{Error, Exit, Result};
use crate::graph::{Edge, Node};
use crate::model::{Cell, OUT, Point, Registers, Release, municipality_of_units};
use crate::report::ReportModel;
use crate::tables::FlowRow;

/// Writes the flow table of a report as the bytes of a file.
pub type FlowWriter = fn(&ReportModel) -> Result<Vec<u8>>;

/// The writer for a file name: csv, parquet, graphml or geojson, by its extension.
///
/// # Errors
/// Another extension.
pub fn flow_file(path: &Path) -> Result<FlowWriter> {
    Ok(match path.extension().and_then(|e| e.to_str()).map(str::to_lowercase).as_deref() {
        Some("csv") => |model| csv_bytes(&model.tables.derive(|t| t.flows.clone())),
        Some("parquet") => |model| parquet_bytes(&model.tables.derive(|t| t.flows.clone())),
        Some("graphml") => |model| Ok(graphml(model)),
        Some("geojson") => |model| Ok(geojson(model)),
        _ => return Err(Error::new(Exit::Usage, "error-flow-format").with("path", path.display())),
    })
}

fn shown(students: Cell) -> String {
    students.text(|n| n.to_string())
}

/// The mark of an internal release; empty for a public one.
fn marking(model: &ReportModel) -> &'static str {
    if model.release() == Release::Internal { "INTERN" } else { "" }
}

/// Names and values of the attributes of a node or an edge in GraphML.
type Attributes<'a> = Vec<(Cow<'static, str>, Cow<'a, str>)>;

/// Nodes are homes and units, or municipalities of units; one edge per row of the flow table with a known home and
/// unit.
fn graphml(model: &ReportModel) -> Vec<u8> {
    let registers = Arc::clone(&model.registers);
    let mark = marking(model);
    GraphMl::new(model.graph().petgraph())
        .pretty_print(true)
        .export_node_weights(Box::new(move |node| node_attributes(node, &registers)))
        .export_edge_weights(Box::new(move |edge| edge_attributes(edge, mark)))
        .to_string()
        .into_bytes()
}

fn node_attributes<'a>(node: &'a Node, registers: &Registers) -> Attributes<'a> {
    let code = node.code();
    let municipality = || if **code == *OUT { String::new() } else { registers.municipality_name(code).to_owned() };
    let (kind, name) = match node {
        Node::Home(_) => ("home", municipality()),
        Node::Unit(_) => ("unit", registers.unit_by_code(code).map_or_else(String::new, |u| u.name.to_string())),
        Node::Units(_) => ("municipality", municipality()),
    };
    vec![("kind".into(), kind.into()), ("code".into(), (&**code).into()), ("name".into(), name.into())]
}

fn edge_attributes<'a>(edge: &'a Edge, mark: &'static str) -> Attributes<'a> {
    vec![
        ("snapshot".into(), edge.snapshot.as_str().into()),
        ("year".into(), edge.year.to_string().into()),
        ("programme".into(), (&*edge.programme).into()),
        ("students".into(), shown(edge.students).into()),
        ("marking".into(), mark.into()),
    ]
}

/// Per row of the flow table, a line from the point of the home to the point of the unit (or of the municipality of
/// its units), without geometry if either has no point. Then a point for each municipality and unit at an end of a
/// line.
fn geojson(model: &ReportModel) -> Vec<u8> {
    let flows = model.tables.get().flows.iter().map(|flow| feature(flow, &model.registers));
    let features = flows.chain(nodes(model)).collect();
    let mut members = JsonObject::new();
    if !marking(model).is_empty() {
        members.insert("marking".to_owned(), marking(model).into());
    }
    let collection = FeatureCollection { bbox: None, features, foreign_members: Some(members) };
    let mut bytes = collection.to_string().into_bytes();
    bytes.push(b'\n');
    bytes
}

/// A map point as a GeoJSON position.
fn position(point: Point) -> Position {
    vec![point.lon, point.lat].into()
}

/// The municipalities and units of the graph that have a point, sorted by kind and code.
fn nodes(model: &ReportModel) -> Vec<Feature> {
    let registers = &model.registers;
    let mut found: BTreeMap<(&str, &str), (&str, Point)> = BTreeMap::new();
    for node in model.graph().petgraph().node_weights() {
        let code = &**node.code();
        match node {
            Node::Home(_) | Node::Units(_) => {
                let municipality = registers.municipality_by_code(code);
                if let Some((municipality, point)) = municipality.and_then(|m| Some((m, m.point?))) {
                    found.insert(("municipality", code), (&municipality.name, point));
                }
            }
            Node::Unit(_) => {
                let unit = registers.unit_by_code(code);
                if let Some((unit, point)) = unit.and_then(|unit| Some((unit, registers.unit_point(unit)?))) {
                    found.insert(("unit", code), (&unit.name, point));
                }
            }
        }
    }
    let feature = |((kind, code), (name, point)): ((&str, &str), (&str, Point))| {
        let mut properties = JsonObject::new();
        for (key, value) in [("kind", kind), ("code", code), ("name", name)] {
            properties.insert(key.to_owned(), value.into());
        }
        let geometry = Geometry::new(GeometryValue::Point { coordinates: position(point) });
        Feature {
            bbox: None,
            geometry: Some(geometry),
            id: None,
            properties: Some(properties),
            foreign_members: None,
        }
    };
    found.into_iter().map(feature).collect()
}

fn feature(flow: &FlowRow, registers: &Registers) -> Feature {
    let home = registers.municipality_by_code(&flow.home).and_then(|m| m.point);
    let unit = match municipality_of_units(&flow.unit) {
        Some(municipality) => registers.municipality_by_code(municipality).and_then(|m| m.point),
        None => registers.unit_by_code(&flow.unit).and_then(|u| registers.unit_point(u)),
    };
    let geometry = home.zip(unit).map(|(home, unit)| {
        Geometry::new(GeometryValue::LineString { coordinates: vec![position(home), position(unit)] })
    });
    let mut properties = JsonObject::new();
    properties.insert("snapshot".to_owned(), flow.snapshot.as_str().into());
    properties.insert("year".to_owned(), flow.year.into());
    properties.insert("home".to_owned(), (&*flow.home).into());
    properties.insert("unit".to_owned(), (&*flow.unit).into());
    properties.insert("programme".to_owned(), (&*flow.programme).into());
    let students = flow.students.value().map_or_else(|| shown(flow.students).into(), Into::into);
    properties.insert("students".to_owned(), students);
    Feature { bbox: None, geometry, id: None, properties: Some(properties), foreign_members: None }
}
