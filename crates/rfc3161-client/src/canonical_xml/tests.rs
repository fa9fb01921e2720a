use super::*;

const C14N: &str = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315";
const C14N_COMMENTS: &str = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments";
const C14N11: &str = "http://www.w3.org/2006/12/xml-c14n11";
const EXCLUSIVE: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";

fn collected(run: impl FnOnce(Sink<'_>) -> Result<(), NotKnown>) -> Option<String> {
    let mut octets = Vec::new();
    run(&mut |more| octets.extend_from_slice(more)).ok()?;
    Some(String::from_utf8(octets).unwrap())
}

fn whole(uri: &str, xml: &str) -> Option<String> {
    let method = Canonicalization::from_uri(uri).unwrap();
    let document = Document::parse(xml).unwrap();
    collected(|sink| method.document(&document, sink))
}

/// The canonical form of the first element with this local name.
fn part(uri: &str, xml: &str, name: &str) -> Option<String> {
    let method = Canonicalization::from_uri(uri).unwrap();
    let document = Document::parse(xml).unwrap();
    let element = document
        .descendants()
        .find(|node| node.tag_name().name() == name)
        .unwrap();
    collected(|sink| method.element(element, &LeftOut::new(), sink))
}

#[test]
fn methods_are_known_by_their_identifiers() {
    let known =
        |uri: &str| Canonicalization::from_uri(uri).map(|method| (method.form, method.comments));
    assert_eq!(known(C14N), Some((Form::Inclusive, false)));
    assert_eq!(known(C14N_COMMENTS), Some((Form::Inclusive, true)));
    assert_eq!(known(C14N11), Some((Form::Inclusive11, false)));
    assert_eq!(known(EXCLUSIVE), Some((Form::Exclusive, false)));
    assert_eq!(
        known(&format!("{EXCLUSIVE}WithComments")),
        Some((Form::Exclusive, true))
    );
    assert_eq!(known("http://www.w3.org/2010/xml-c14n2"), None);
    assert_eq!(known(&format!("{EXCLUSIVE}#WithComments")), None);
    assert_eq!(known(""), None);
}

/// Canonical XML 1.0 §3.1, without the document type.
#[test]
fn instructions_comments_and_what_is_outside_the_document_element() {
    let xml = "<?xml version=\"1.0\"?>\n\n<?xml-stylesheet   href=\"doc.xsl\"\n   type=\"text/xsl\"   ?>\n\n\
               <doc>Hello, world!<!-- Comment 1 --></doc>\n\n<?pi-without-data     ?>\n\n\
               <!-- Comment 2 -->\n\n<!-- Comment 3 -->\n";
    let plain = "<?xml-stylesheet href=\"doc.xsl\"\n   type=\"text/xsl\"   ?>\n<doc>Hello, world!</doc>\n\
                 <?pi-without-data?>";
    assert_eq!(whole(C14N, xml).unwrap(), plain);
    let comments = "<?xml-stylesheet href=\"doc.xsl\"\n   type=\"text/xsl\"   ?>\n\
                    <doc>Hello, world!<!-- Comment 1 --></doc>\n<?pi-without-data?>\n\
                    <!-- Comment 2 -->\n<!-- Comment 3 -->";
    assert_eq!(whole(C14N_COMMENTS, xml).unwrap(), comments);
}

/// Canonical XML 1.0 §3.2.
#[test]
fn white_space_in_content_stays() {
    let xml = "<doc>\n   <clean>   </clean>\n   <dirty>   A   B   </dirty>\n   <mixed>\n      A\n      \
               <clean>   </clean>\n      B\n   </mixed>\n</doc>";
    assert_eq!(whole(C14N, xml).unwrap(), xml);
}

/// Canonical XML 1.0 §3.3, without the attribute by default.
#[test]
fn start_and_end_tags() {
    let xml = "<doc>\n   <e1   />\n   <e2   ></e2>\n   <e3   name = \"elem3\"   id=\"elem3\"   />\n   \
               <e5 a:attr=\"out\" b:attr=\"sorted\" attr2=\"all\" attr=\"I'm\"\n      \
               xmlns:b=\"http://www.ietf.org\"\n      xmlns:a=\"http://www.w3.org\"\n      \
               xmlns=\"http://example.org\"/>\n   <e6 xmlns=\"\" xmlns:a=\"http://www.w3.org\">\n       \
               <e7 xmlns=\"http://www.ietf.org\">\n           <e8 xmlns=\"\" xmlns:a=\"http://www.w3.org\">\n               \
               <e9 xmlns=\"\" xmlns:a=\"http://www.ietf.org\"/>\n           </e8>\n       </e7>\n   </e6>\n</doc>";
    let canonical = "<doc>\n   <e1></e1>\n   <e2></e2>\n   <e3 id=\"elem3\" name=\"elem3\"></e3>\n   \
               <e5 xmlns=\"http://example.org\" xmlns:a=\"http://www.w3.org\" xmlns:b=\"http://www.ietf.org\" \
               attr=\"I'm\" attr2=\"all\" b:attr=\"sorted\" a:attr=\"out\"></e5>\n   \
               <e6 xmlns:a=\"http://www.w3.org\">\n       <e7 xmlns=\"http://www.ietf.org\">\n           \
               <e8 xmlns=\"\">\n               <e9 xmlns:a=\"http://www.ietf.org\"></e9>\n           </e8>\n       \
               </e7>\n   </e6>\n</doc>";
    assert_eq!(whole(C14N, xml).unwrap(), canonical);
    assert_eq!(whole(C14N11, xml).unwrap(), canonical);
}

/// Canonical XML 1.0 §3.4, without the document type.
#[test]
fn signs_that_are_replaced() {
    let xml = "<doc>\n   <text>First line&#x0d;&#10;Second line</text>\n   <value>&#x32;</value>\n   \
               <compute><![CDATA[value>\"0\" && value<\"10\" ?\"valid\":\"error\"]]></compute>\n   \
               <compute expr='value>\"0\" &amp;&amp; value&lt;\"10\" ?\"valid\":\"error\"'>valid</compute>\n   \
               <norm attr=' &apos;   &#x20;&#13;&#xa;&#9;   &apos; '/>\n</doc>";
    let canonical = "<doc>\n   <text>First line&#xD;\nSecond line</text>\n   <value>2</value>\n   \
               <compute>value&gt;\"0\" &amp;&amp; value&lt;\"10\" ?\"valid\":\"error\"</compute>\n   \
               <compute expr=\"value>&quot;0&quot; &amp;&amp; value&lt;&quot;10&quot; ?&quot;valid&quot;:&quot;error&quot;\">\
               valid</compute>\n   <norm attr=\" '    &#xD;&#xA;&#x9;   ' \"></norm>\n</doc>";
    assert_eq!(whole(C14N, xml).unwrap(), canonical);
}

#[test]
fn line_ends_become_one_sign() {
    let xml = "<a b='1\r\n2\t3'>x\r\ny\rz<!--m\r\nn\ro--><![CDATA[p\r\nq]]>r<?s t\r\nu?></a>";
    assert_eq!(
        whole(C14N_COMMENTS, xml).unwrap(),
        "<a b=\"1 2 3\">x\ny\nz<!--m\nn\no-->p\nqr<?s t\nu?></a>"
    );
}

/// Exclusive Canonical XML §2.2: the same element in two surroundings.
#[test]
fn surroundings_count_in_the_inclusive_form_alone() {
    let first = "<n0:local xmlns:n0=\"foo:bar\" xmlns:n3=\"ftp://example.org\">\
                 <n1:elem2 xmlns:n1=\"http://example.net\" xml:lang=\"en\"><n3:stuff xmlns:n3=\"ftp://example.org\"/>\
                 </n1:elem2></n0:local>";
    let second = "<n2:pdu xmlns:n1=\"http://example.com\" xmlns:n2=\"http://foo.example\" xml:lang=\"fr\" \
                  xml:space=\"retain\"><n1:elem2 xmlns:n1=\"http://example.net\" xml:lang=\"en\">\
                  <n3:stuff xmlns:n3=\"ftp://example.org\"/></n1:elem2></n2:pdu>";
    let exclusive = "<n1:elem2 xmlns:n1=\"http://example.net\" xml:lang=\"en\">\
                     <n3:stuff xmlns:n3=\"ftp://example.org\"></n3:stuff></n1:elem2>";
    for xml in [first, second] {
        assert_eq!(part(EXCLUSIVE, xml, "elem2").unwrap(), exclusive);
    }
    assert_eq!(
        part(C14N, first, "elem2").unwrap(),
        "<n1:elem2 xmlns:n0=\"foo:bar\" xmlns:n1=\"http://example.net\" xmlns:n3=\"ftp://example.org\" \
         xml:lang=\"en\"><n3:stuff></n3:stuff></n1:elem2>"
    );
    assert_eq!(
        part(C14N, second, "elem2").unwrap(),
        "<n1:elem2 xmlns:n1=\"http://example.net\" xmlns:n2=\"http://foo.example\" xml:lang=\"en\" \
         xml:space=\"retain\"><n3:stuff xmlns:n3=\"ftp://example.org\"></n3:stuff></n1:elem2>"
    );
}

#[test]
fn the_default_namespace_is_declared_where_it_is_used() {
    let xml = "<a xmlns=\"urn:a\" xmlns:p=\"urn:p\"><p:b><c/><d xmlns=\"\" p:e=\"1\"/></p:b></a>";
    assert_eq!(
        part(EXCLUSIVE, xml, "b").unwrap(),
        "<p:b xmlns:p=\"urn:p\"><c xmlns=\"urn:a\"></c><d p:e=\"1\"></d></p:b>"
    );
    assert_eq!(
        part(C14N, xml, "b").unwrap(),
        "<p:b xmlns=\"urn:a\" xmlns:p=\"urn:p\"><c></c><d xmlns=\"\" p:e=\"1\"></d></p:b>"
    );
}

/// Two prefixes of one namespace are told apart, in whatever order they are declared.
#[test]
fn prefixes_stay_as_they_are_written() {
    let xml = "<p:a xmlns:q=\"urn:p\" xmlns:p=\"urn:p\"><q:b q:c=\"1\" p:d=\"2\"/></p:a>";
    assert_eq!(
        whole(C14N, xml).unwrap(),
        "<p:a xmlns:p=\"urn:p\" xmlns:q=\"urn:p\"><q:b q:c=\"1\" p:d=\"2\"></q:b></p:a>"
    );
    assert_eq!(
        part(EXCLUSIVE, xml, "b").unwrap(),
        "<q:b xmlns:p=\"urn:p\" xmlns:q=\"urn:p\" q:c=\"1\" p:d=\"2\"></q:b>"
    );
}

#[test]
fn identity_is_not_inherited_and_a_base_is_not_guessed() {
    let xml = "<a xml:id=\"1\" xml:lang=\"zh\"><b/></a>";
    assert_eq!(
        part(C14N, xml, "b").unwrap(),
        "<b xml:id=\"1\" xml:lang=\"zh\"></b>"
    );
    assert_eq!(part(C14N11, xml, "b").unwrap(), "<b xml:lang=\"zh\"></b>");
    assert_eq!(part(EXCLUSIVE, xml, "b").unwrap(), "<b></b>");
    let base = "<a xml:base=\"http://example.org/x\"><b xml:base=\"y\"/></a>";
    assert_eq!(part(C14N11, base, "b"), None);
    assert_eq!(part(C14N, base, "b").unwrap(), "<b xml:base=\"y\"></b>");
}

#[test]
fn nodes_left_out_leave_what_is_around_them() {
    let document = Document::parse("<a>1<b/>2<c/>3</a>").unwrap();
    let left_out = document
        .descendants()
        .filter(|node| node.has_tag_name("c"))
        .map(|node| node.id().get())
        .collect();
    let method = Canonicalization::from_uri(C14N).unwrap();
    let text = collected(|sink| method.element(document.root_element(), &left_out, sink));
    assert_eq!(text.unwrap(), "<a>1<b></b>23</a>");
}

#[test]
fn depth_is_bounded() {
    let nested = |depth: usize| format!("{}{}", "<a>".repeat(depth), "</a>".repeat(depth));
    assert!(whole(C14N, &nested(MAX_DEPTH)).is_some());
    assert_eq!(whole(C14N, &nested(MAX_DEPTH + 1)), None);
}

/// Each of a hundred thousand elements stands in the scope of two hundred namespaces.
#[test]
fn many_elements_in_many_namespaces_take_no_time() {
    let declared: String = (0..200)
        .map(|at| format!(" xmlns:n{at}=\"urn:{at}\""))
        .collect();
    let xml = format!("<a{declared}>{}</a>", "<b c=\">\"></b>".repeat(100_000));
    assert_eq!(whole(C14N, &xml).unwrap().len(), xml.len());
    assert_eq!(
        whole(EXCLUSIVE, &xml).unwrap().len(),
        xml.len() - declared.len()
    );
}
